import Foundation
import Synchronization

/// Kafka's own Java clients in one JVM that serves a whole test run; its source is in `Tests/TestSupport/Java`.
///
/// Every call names the cluster by its bootstrap servers, so one probe serves all clusters, real and embedded.
/// Calls may overlap.
package final class KafkaProbe: Sendable {
    private struct State {
        var nextID = 1
        var answers: [String: String] = [:]
        var linesSeen = 0
    }

    private let command: RunningCommand
    private let classes: TemporaryDirectory
    private let state = Mutex(State())

    private actor Cache {
        private var probes: [String: Task<KafkaProbe, any Error>] = [:]

        func probe(_ installation: KafkaInstallation) async throws -> KafkaProbe {
            let task = probes[installation.home] ?? Task { try await KafkaProbe(installation) }
            probes[installation.home] = task
            return try await task.value
        }
    }

    private static let cache = Cache()

    /// The probe with the Java client of this installation, by default the newest; started when first asked for.
    package static func shared(_ installation: KafkaInstallation? = nil) async throws -> KafkaProbe {
        guard let installation = installation ?? .newest else { throw HarnessError("KAFKA_HOME names no Kafka") }
        return try await cache.probe(installation)
    }

    private init(_ installation: KafkaInstallation) async throws {
        let java = try KafkaInstallation.java()
        classes = try TemporaryDirectory("probe")
        try classes.write(BrokerSettings.loggingFile, Self.logging(of: installation))
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Java").path
        let sources = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".java") }
        let clients = "\(installation.home)/libs/kafka-clients-\(installation.version).jar"
        try await CommandRun.output(
            of: [
                java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-m", "jdk.compiler/com.sun.tools.javac.Main",
                "-nowarn", "-proc:none", "-d", classes.file("classes"), "-cp", clients,
            ] + sources.map { "\(folder)/\($0)" })
        command = try RunningCommand(
            [
                java, "-Xmx512m", "-XX:+UseSerialGC", "-Xshare:auto", "-XX:-UsePerfData",
                "-Djava.io.tmpdir=\(classes.path)",
                BrokerSettings.loggingOption(of: installation, folder: classes.path), "-cp",
                "\(classes.file("classes")):\(installation.classPath)", "KafkaProbe",
            ], input: .open)
        try await command.waitForLine(containing: "ready")
    }

    /// Errors only, on standard error, because standard output carries the answers.
    private static func logging(of installation: KafkaInstallation) -> String {
        let text = BrokerSettings.logging(of: installation)
        return installation.major >= 4
            ? text.replacingOccurrences(of: "INFO", with: "ERROR") + "\nappender.out.target=SYSTEM_ERR"
            : text.replacingOccurrences(of: "INFO", with: "ERROR") + "\nlog4j.appender.out.target=System.err"
    }

    /// Sends one request and returns the fields of its answer; fails with the Java exception's name and text.
    package func call(
        _ name: String, on bootstrapServers: String, _ arguments: [String: String] = [:],
        within limit: Duration = .seconds(60)
    ) async throws -> [String: String] {
        let id = state.withLock { state in
            defer { state.nextID += 1 }
            return "\(state.nextID)"
        }
        let all = arguments.merging(["bootstrap": bootstrapServers]) { $1 }
        command.send(line: "\(id) \(name) \(FormEncoding.encode(all))")
        var answer: String?
        try await waitUntil("the probe answers \(name) \(arguments)", within: limit, every: .milliseconds(5)) {
            answer = takeAnswer(id)
            if answer == nil, let exit = command.exit {
                throw HarnessError("the probe ended with \(exit): \(command.errorOutput)")
            }
            return answer != nil
        }
        let parts = (answer ?? "").split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.first == "ok" else { throw HarnessError("\(name): \(parts.last ?? "")") }
        return parts.count == 2 ? FormEncoding.decode(parts[1]) : [:]
    }

    private func takeAnswer(_ id: String) -> String? {
        let lines = command.outputLines(from: state.withLock { $0.linesSeen })
        return state.withLock { state in
            // Two callers may have read the same lines; only new ones count.
            for line in lines.text.dropFirst(max(0, state.linesSeen - lines.first)) {
                let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
                if parts.count == 2 { state.answers[parts[0]] = parts[1] }
            }
            state.linesSeen = max(state.linesSeen, lines.first + lines.text.count)
            return state.answers.removeValue(forKey: id)
        }
    }
}

/// The form encoding of the probe's lines: "a=1&b=two+words".
enum FormEncoding {
    private static let plain = CharacterSet(charactersIn: "-._*").union(.alphanumerics).intersection(
        CharacterSet(charactersIn: Unicode.Scalar(0)..."\u{7F}"))

    static func encode(_ fields: [String: String]) -> String {
        fields.sorted { $0.key < $1.key }.map { "\(escape($0.key))=\(escape($0.value))" }.joined(separator: "&")
    }

    static func decode(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[unescape(parts[0])] = parts.count == 2 ? unescape(parts[1]) : ""
        }
        return fields
    }

    private static func escape(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }

    private static func unescape(_ text: Substring) -> String {
        text.replacingOccurrences(of: "+", with: " ").removingPercentEncoding ?? String(text)
    }
}
