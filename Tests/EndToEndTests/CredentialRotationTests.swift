import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Passwords and authorities change under a running worker, and no record is lost or doubled.
    @Suite(
        "Rotated credentials", .enabled(if: KafkaInstallation.release("4.") != nil), .serialized,
        .timeLimit(.minutes(5)))
    struct CredentialRotationTests {
        @Test func `reach a running worker through files`() async throws {
            let kafka = try KafkaInstallation.required("4.")
            let old = try await CertificateAuthority("Old authority")
            let new = try await CertificateAuthority("New authority")
            let own = try await SecuredCluster.start(kafka, authority: old)
            do {
                try await rotate(own, old, new)
            } catch {
                await own.cluster.stop()
                throw error
            }
            await own.cluster.stop()
        }

        private func rotate(
            _ own: SecuredCluster, _ old: CertificateAuthority, _ new: CertificateAuthority
        ) async throws {
            let site = try await SecuredSite(source: own, sourcePassword: "p-one", destinationPassword: "d-one")
            let authorities = try [old, new].map { try String(contentsOfFile: $0.certificateFile, encoding: .utf8) }
            try site.put("certs/paris.pem", authorities[0])
            try site.put("secrets/paris", "p-one\n")
            try site.put("dublin.config", site.properties(password: "d-one"))
            try site.declare(
                paris: """
                    access: READ_ONLY
                    bootstrapServers: ["\(own.servers(.brief))"]
                    tls: {caFile: certs/paris.pem}
                    authentication: {type: SCRAM-SHA-512, username: \(site.name), password: "${file:secrets/paris}"}
                    """, dublin: "propertiesFile: dublin.config")
            let apply = try await site.run(["apply", "--auto-approve"])
            #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
            let worker = try site.startWorker()
            try await worker.waitForLine(containing: "ACTIVE", inErrors: true)
            let records = 12_000
            let job = uniqueName("job")
            async let production = site.probe.produce(
                RecordMix(records: records, partitions: 3, sizes: 10...1000, rate: 500), to: site.name,
                on: own.cluster.bootstrapServers, job: job)
            try await waitUntil("records flow", within: .seconds(30)) {
                try await site.probe.progress(of: job).acknowledged > 500
            }
            // The source's password: first on the brokers, and the file only when the worker is refused.
            try await own.changePassword(of: site.name, to: "p-two", mechanisms: ["SCRAM-SHA-512"])
            try await worker.waitForLine(containing: "SCRAM-SHA-512", inErrors: true)
            try site.put("secrets/paris", "p-two\n")
            // The destination's, in a file that is written slowly.
            try await site.destination.changePassword(
                of: site.name, to: "d-two", mechanisms: ["SCRAM-SHA-256"])
            let text = site.properties(password: "d-two")
            let cut = try #require(text.range(of: "password="))
            try site.put("dublin.config", String(text[..<cut.upperBound]))
            try await worker.waitForLine(containing: "What held before stays in use", inErrors: true)
            try site.put("dublin.config", text)
            // The authority: both are trusted, then the brokers change over, then the old one is dropped.
            try site.put("certs/paris.pem", authorities.joined())
            try await own.replaceCertificate(of: .brief, with: try await new.issue(commonName: "localhost"))
            try site.put("certs/paris.pem", authorities[1])
            // New connections are made all the time now: sessions end after three seconds.
            try await own.changePassword(of: site.name, to: "p-three", mechanisms: ["SCRAM-SHA-512"])
            try site.put("secrets/paris", "p-three\n")
            #expect(try await production.acknowledged == records)
            #expect(try await site.difference(records: records) == nil)
            #expect(worker.exit == nil, "\(worker.errorOutput)")
            for secret in ["p-one", "p-two", "p-three", "d-one", "d-two"] {
                #expect(!worker.errorOutput.contains(secret))
            }
            try await worker.stop()
        }
    }
}
