import Foundation

/// An unpacked Apache Kafka download: `bin/`, `libs/`, `config/`.
///
/// Tests find them in `LOCKSTEP_KAFKA_HOMES` (several, `:` between them) or `KAFKA_HOME`.
package struct KafkaInstallation: Hashable, Sendable, CustomStringConvertible {
    /// The folder, absolute, without a slash at the end.
    package let home: String
    /// From the name of `libs/kafka-clients-X.Y.Z.jar`.
    package let version: String

    package var description: String { "Kafka \(version)" }

    /// The first number of the version.
    package var major: Int { Int(version.prefix { $0 != "." }) ?? 0 }

    /// Whether brokers of this release keep their metadata in ZooKeeper here; later ones use KRaft.
    package var usesZooKeeper: Bool { major < 3 }

    /// What `java -cp` takes.
    package var classPath: String { "\(home)/libs/*" }

    /// Every installation named in the environment, in that order.
    ///
    /// The first look says on standard error what the run will do, so that a skipped suite is never silent.
    package static let all: [KafkaInstallation] = {
        let found = named.compactMap { try? KafkaInstallation(home: $0) }
        let list = found.map(\.version).joined(separator: ", ")
        let line =
            found.isEmpty
            ? "Real Kafka: KAFKA_HOME names no unpacked Kafka download; the suites that need one are skipped."
            : "Real Kafka: \(list)"
        FileHandle.standardError.write(Data("\(line)\n".utf8))
        return found
    }()

    /// Whether there is any.
    package static var isGiven: Bool { !all.isEmpty }

    /// The newest release at hand, nil without one.
    package static var newest: KafkaInstallation? {
        all.max { $0.version.compare($1.version, options: .numeric) == .orderedAscending }
    }

    /// The newest release whose version starts with `prefix`, such as "3." or "2.8".
    package static func release(_ prefix: String) -> KafkaInstallation? {
        all.filter { $0.version.hasPrefix(prefix) }
            .max { $0.version.compare($1.version, options: .numeric) == .orderedAscending }
    }

    /// Like `newest`, for a test that is enabled only when there is one.
    package static func required(_ prefix: String = "") throws -> KafkaInstallation {
        guard let found = release(prefix) else { throw HarnessError("no Kafka \(prefix) in KAFKA_HOME") }
        return found
    }

    /// The folders named in the environment, whether or not Kafka is in them.
    package static var named: [String] {
        let environment = ProcessInfo.processInfo.environment
        let text = environment["LOCKSTEP_KAFKA_HOMES"] ?? environment["KAFKA_HOME"] ?? ""
        return text.split(separator: ":").map(String.init)
    }

    /// Looks at a folder; fails with what is missing in it.
    package init(home: String) throws {
        var home = URL(fileURLWithPath: home).standardizedFileURL.path
        while home.count > 1, home.hasSuffix("/") { home.removeLast() }
        let libs = (try? FileManager.default.contentsOfDirectory(atPath: "\(home)/libs")) ?? []
        let start = "kafka-clients-"
        guard let jar = libs.first(where: { $0.hasPrefix(start) && $0.hasSuffix(".jar") && !$0.contains("-test") })
        else {
            throw HarnessError("\(home) is not an unpacked Kafka download: it has no libs/kafka-clients-*.jar")
        }
        self.home = home
        version = String(jar.dropFirst(start.count).dropLast(".jar".count))
    }

    /// The `java` to use: that of `JAVA_HOME`, otherwise the first on `PATH`.
    package static func java() throws -> String {
        let home = ProcessInfo.processInfo.environment["JAVA_HOME"].map { "\($0)/bin/java" }
        guard let java = home.flatMap(findProgram) ?? findProgram("java") else {
            throw HarnessError("no java on PATH (Debian: apt-get install openjdk-17-jdk-headless)")
        }
        return java
    }
}
