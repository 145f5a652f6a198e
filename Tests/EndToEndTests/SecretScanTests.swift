import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Secrets are looked for wherever something of Lockstep's can be read: outputs, logs, files, arguments, records.
    @Suite("Secrets", .enabled(if: KafkaInstallation.release("4.") != nil), .serialized, .timeLimit(.minutes(5)))
    struct SecretScanTests {
        /// What may never be seen, in the forms it may have.
        private struct Secrets {
            let plain: [String]

            func found(in text: String) -> [String] {
                plain.filter { text.contains($0) }
                    + plain.filter { secret in
                        // Base64 of a text that begins at each of three places within it, without the ends.
                        (0..<3).contains { shift in
                            let padded = Data((String(repeating: "x", count: shift) + secret).utf8)
                            let inner = padded.base64EncodedString().dropFirst(4).dropLast(4)
                            return text.contains(inner)
                        }
                    }
            }
        }

        @Test func `show nowhere, whether things go well or not`() async throws {
            let words = ["Zebra-Env-91f3", "Zebra-File-7c2a", "Zebra-Jaas-5d8e", "Zebra-Wrong-4b6d", "Zebra-Key-3a9c"]
            let site = try await SecuredSite(sourcePassword: words[0], destinationPassword: words[2])
            var scan = Scan(site: site, secrets: words)
            #expect(scan.sees("a \(words[3]) b"))
            #expect(scan.sees(Data("user:\(words[3])".utf8).base64EncodedString()))
            #expect(!scan.sees("Zebra"))
            try await scan.prepare(words)
            try await scan.everythingGoesWell()
            try await scan.everythingFails(words)
            try await scan.lookAround()
            #expect(scan.findings == [])
            #expect(scan.runs > 20)
        }

        /// Commands one after the other, each looked through.
        private struct Scan {
            var site: SecuredSite
            let secrets: Secrets
            private(set) var findings: [String] = []
            private(set) var runs = 0

            init(site: SecuredSite, secrets: [String]) {
                self.site = site
                self.secrets = Secrets(plain: secrets)
            }

            /// Whether it would find a secret in this text.
            func sees(_ text: String) -> Bool { !secrets.found(in: text).isEmpty }

            private mutating func look(_ text: String, _ what: String) {
                for secret in secrets.found(in: text) { findings.append("\(what) shows \(secret)") }
            }

            private mutating func run(_ arguments: String..., exit: Int32? = 0) async throws {
                runs += 1
                let run = try await site.run(arguments)
                if let exit { #expect(run.exitCode == exit, "\(run.title): \(run.output)\(run.errorOutput)") }
                look(run.output + run.errorOutput, "lockstep \(arguments.joined(separator: " "))")
            }

            private var certificate: String { site.source.authority.certificateFile }

            private func paris(_ password: String, _ more: String = "", ca: String? = nil) -> String {
                """
                bootstrapServers: ["\(site.source.servers(.secure))"]
                tls: {caFile: \(ca ?? certificate)\(more)}
                authentication: {type: SCRAM-SHA-512, username: \(site.name), password: "\(password)"}
                """
            }

            mutating func prepare(_ words: [String]) async throws {
                site.environment["PARIS_PASSWORD"] = words[0]
                site.environment["KEY_PASSWORD"] = words[4]
                try site.put("secrets/wrong", "\(words[3])\n")
                let client = try await site.source.authority.issue(commonName: site.name)
                let key = try await client.encryptedKey(password: words[4])
                try site.put("dublin.config", site.properties(password: words[2]))
                let identity =
                    ", certFile: \(client.certificateFile), keyFile: \(key), keyPassword: \"${env:KEY_PASSWORD}\""
                try site.declare(
                    paris: paris("${env:PARIS_PASSWORD}", identity), dublin: "propertiesFile: dublin.config",
                    workers: "{mode: local, count: 1}")
            }

            mutating func everythingGoesWell() async throws {
                for format in ["text", "json", "github"] { try await run("validate", "-o", format) }
                for format in ["text", "markdown", "json"] { try await run("plan", "-o", format) }
                try await run("plan", "--out", site.folder.file("saved.json"))
                try await run("apply", "--auto-approve")
                for pid in WorkerFiles.runningWorkers(in: site.folder.file("state")) {
                    let words = try String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)
                    #expect(words.contains("worker"))
                    look(words, "the arguments of a worker")
                }
                try await run("status")
                try await run("status", "-o", "json")
                try await run("describe")
                try await run("describe", "-o", "json")
                try await run("doctor")
                try await run("verify")
                try await run("plan", "--detailed-exitcode")
            }

            mutating func everythingFails(_ words: [String]) async throws {
                let stranger = try await CertificateAuthority("Stranger")
                try site.put("broken.pem", "-----BEGIN CERTIFICATE-----\n\(words[1])\n")
                let specs = [
                    paris("${file:secrets/wrong}"), paris(words[3]), paris("${env:NOT_SET}"), paris("${file:nowhere}"),
                    paris("${env:PARIS_PASSWORD}", ca: stranger.certificateFile),
                    paris("${env:PARIS_PASSWORD}", ca: "broken.pem"),
                    paris("${env:PARIS_PASSWORD}", ", keyPassword: \(words[4])"),
                    paris(words[3]).replacingOccurrences(of: "password:", with: "pasword:"),
                    """
                    bootstrapServers: ["\(site.source.servers(.secure))"]
                    properties:
                      security.protocol: SASL_SSL
                      sasl.mechanism: PLAIN
                      sasl.jaas.config: org.apache.kafka.common.security.plain.PlainLoginModule required password="\(words[3])
                      ssl.truststore.pasword: \(words[1])
                    """,
                ]
                for spec in specs {
                    try site.declare(paris: spec, dublin: "propertiesFile: dublin.config")
                    for command in ["validate", "plan", "doctor"] { try await run(command, exit: nil) }
                }
                try site.declare(paris: specs[0], dublin: "propertiesFile: dublin.config")
                try await run("apply", "--auto-approve", exit: nil)
                let worker = try site.startWorker()
                try await worker.waitForLine(containing: "SCRAM-SHA-512", inErrors: true)
                look(worker.output + worker.errorOutput, "a worker with a wrong password")
                try await worker.stop()
                let config = site.folder.file("manifests/dublin.config")
                let text = try String(contentsOfFile: config, encoding: .utf8)
                try site.put("dublin.config", text.replacingOccurrences(of: "\";\n", with: "\"\n"))
                for command in ["validate", "plan", "doctor"] { try await run(command, exit: nil) }
            }

            /// What was left behind: saved plans, process ids, logs, and the records of the state topic.
            mutating func lookAround() async throws {
                let files = try FileManager.default.contentsOfDirectory(atPath: site.folder.file("state"))
                #expect(files.contains { $0.hasSuffix(".log") })
                for file in files.map({ "state/\($0)" }) + ["saved.json"] {
                    look(try String(contentsOfFile: site.folder.file(file), encoding: .utf8), file)
                }
                // The tool ends when nothing came for that long; on a busy machine that may be before it has begun.
                var dump = ""
                for patience in ["5000", "30000"] where !dump.contains(site.name) {
                    dump = try await site.tools.run(
                        "kafka-console-consumer.sh",
                        [
                            "--bootstrap-server", site.destination.cluster.bootstrapServers, "--topic", "__lockstep",
                            "--from-beginning", "--timeout-ms", patience,
                        ]
                    ).output
                }
                #expect(dump.contains(site.name))
                look(dump, "__lockstep")
                for pid in WorkerFiles.runningWorkers(in: site.folder.file("state")) { kill(pid, SIGKILL) }
            }
        }
    }
}
