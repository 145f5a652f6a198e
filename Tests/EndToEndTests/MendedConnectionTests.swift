import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// A worker process lives through every mistake of a secured connection, says what to do, and goes on without a
    /// gap once it is mended.
    @Suite(
        "Mended connections", .enabled(if: KafkaInstallation.release("4.") != nil), .serialized,
        .timeLimit(.minutes(6)))
    struct MendedConnectionTests {
        enum Side: String, CaseIterable, Sendable, CustomTestStringConvertible {
            case source, destination
            var testDescription: String { rawValue }
        }

        @Test(arguments: Side.allCases) func `a worker lives through mistakes on its`(_ side: Side) async throws {
            let own = try await SecuredCluster.start(KafkaInstallation.required("4."))
            do {
                let trial = try await Trial(side, own)
                try await trial.run()
            } catch {
                await own.cluster.stop()
                throw error
            }
            await own.cluster.stop()
        }

        /// One link, one worker, and one cluster on which everything goes wrong.
        private struct Trial {
            let side: Side
            let own: SecuredCluster
            let site: SecuredSite
            let stranger: CertificateAuthority

            static let password = "right-password"
            static let wrongPassword = "wrong-password"

            init(_ side: Side, _ own: SecuredCluster) async throws {
                self.side = side
                self.own = own
                site = try await SecuredSite(
                    source: side == .source ? own : nil, destination: side == .destination ? own : nil,
                    sourcePassword: Self.password, destinationPassword: Self.password)
                stranger = try await CertificateAuthority("Stranger")
            }

            private var mechanism: String {
                side == .source ? SecuredSite.sourceMechanism : SecuredSite.destinationMechanism
            }

            /// Declares the link, with the own cluster as it should be or with something else of it.
            private func declare(_ listener: SecuredListener = .brief, tls: Bool = true) throws {
                func spec(_ side: Side, _ cluster: SecuredCluster, _ mechanism: String) -> String {
                    let isOwn = side == self.side
                    return """
                        bootstrapServers: ["\(cluster.servers(isOwn ? listener : .secure))"]
                        authentication: {type: \(mechanism), username: \(site.name), password: "${file:\(side)}"}
                        \(isOwn && !tls ? "" : "tls: {caFile: \(side).pem}")
                        """
                }
                try site.declare(
                    paris: "access: READ_ONLY\n" + spec(.source, site.source, SecuredSite.sourceMechanism),
                    dublin: spec(.destination, site.destination, SecuredSite.destinationMechanism))
            }

            private func putPassword(_ password: String) throws { try site.put("\(side)", password) }

            private func trust(_ authority: CertificateAuthority, on side: Side) throws {
                try site.put("\(side).pem", String(contentsOfFile: authority.certificateFile, encoding: .utf8))
            }

            /// What goes wrong, what the worker says of it, and how it is mended.
            private struct Mistake {
                let what: String
                let said: String
                /// Whether it shows only when connections are made anew; otherwise when sessions are renewed.
                var needsRestart = true
                let make: () async throws -> Void
                let mend: () async throws -> Void
            }

            private func mistakes() async throws -> [Mistake] {
                let good = try await own.authority.issue(commonName: "localhost")
                let expired = try await own.authority.issue(commonName: "localhost", flaw: .expired)
                let misnamed = try await own.authority.issue(commonName: "elsewhere", names: "DNS:elsewhere.example")
                let mechanisms = SecuredListener.brief.mechanisms
                return [
                    Mistake(what: "an expired certificate", said: "its certificate (CN=localhost) expired on") {
                        try await own.replaceCertificate(of: .brief, with: expired)
                    } mend: {
                        try await own.replaceCertificate(of: .brief, with: good)
                    },
                    Mistake(
                        what: "another host name", said: "its certificate is for elsewhere.example, not for localhost"
                    ) {
                        try await own.replaceCertificate(of: .brief, with: misnamed)
                    } mend: {
                        try await own.replaceCertificate(of: .brief, with: good)
                    },
                    Mistake(what: "another authority", said: "which is not trusted") {
                        try trust(stranger, on: side)
                    } mend: {
                        try trust(own.authority, on: side)
                    },
                    Mistake(what: "a wrong password", said: "Check the user name and the password", needsRestart: false)
                    {
                        try putPassword(Self.wrongPassword)
                    } mend: {
                        try putPassword(Self.password)
                    },
                    Mistake(what: "a disabled mechanism", said: "does not offer the SASL mechanism \(mechanism)") {
                        try await own.offer(mechanisms.filter { $0 != mechanism }, on: .brief)
                    } mend: {
                        try await own.offer(mechanisms, on: .brief)
                        try await restart()
                    },
                    Mistake(what: "plaintext to a TLS port", said: "speaks TLS, but this manifest declares none") {
                        try declare(tls: false)
                    } mend: {
                        try declare()
                    },
                    Mistake(what: "TLS to a plaintext port", said: "closed the connection during the TLS handshake") {
                        try declare(.bare)
                    } mend: {
                        try declare()
                    },
                ]
            }

            private func restart() async throws {
                try await own.cluster.shutDown(broker: 1)
                try await own.cluster.restart(broker: 1)
            }

            func run() async throws {
                for (side, cluster) in [(Side.source, site.source), (.destination, site.destination)] {
                    try site.put("\(side)", Self.password)
                    try trust(cluster.authority, on: side)
                }
                try declare()
                let apply = try await site.run(["apply", "--auto-approve"])
                #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
                let worker = try site.startWorker()
                try await worker.waitForLine(containing: "ACTIVE", inErrors: true)
                var records = 0
                for mistake in try await mistakes() {
                    let heard = worker.errorOutput.count
                    try await mistake.make()
                    if mistake.needsRestart {
                        try await restart()
                    }
                    try await waitUntil("the worker tells of \(mistake.what)", within: .seconds(30)) {
                        worker.errorOutput.dropFirst(heard).contains(mistake.said)
                    }
                    try await site.probe.produce(
                        RecordMix(records: 90, partitions: 3, sizes: 10...1000), to: site.name,
                        on: site.source.cluster.bootstrapServers)
                    records += 90
                    try await mistake.mend()
                    #expect(try await site.difference(records: records) == nil, "\(mistake.what)")
                    #expect(worker.exit == nil, "\(mistake.what)")
                }
                #expect(!worker.errorOutput.contains("-password"))
                try await worker.stop()
            }
        }
    }
}
