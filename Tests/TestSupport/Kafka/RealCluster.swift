import Glibc
import Foundation

/// Unmodified Apache Kafka brokers on loopback, started by the test process and gone with it.
///
/// Brokers are numbered from 1; the number is also Kafka's node id. From 3.x on each broker is a KRaft controller too,
/// so a cluster of three lives on while one is dead. Before, one ZooKeeper serves them all.
package actor RealCluster {
    package nonisolated let installation: KafkaInstallation
    /// Client port of each broker, the first is broker 1's.
    package nonisolated let ports: [UInt16]
    private let folder: TemporaryDirectory
    private let zooKeeper: BrokerProcess?
    private let brokers: [BrokerProcess]

    /// "127.0.0.1:20101,127.0.0.1:20102", for clients.
    package nonisolated var bootstrapServers: String {
        ports.map { "127.0.0.1:\($0)" }.joined(separator: ",")
    }

    /// Starts a cluster and waits until every broker takes part in it.
    ///
    /// - Parameters:
    ///   - settings: broker settings on top of those of a small cluster.
    ///   - heap: the most memory of one broker, as in `-Xmx`.
    ///   - machine: what the brokers' JVM is made for.
    package static func start(
        _ installation: KafkaInstallation, brokers: Int = 1, settings: [String: String] = [:], heap: String = "384m",
        machine: JavaMachine = .quickToStart
    ) async throws -> RealCluster {
        try await FreePorts.withTaken {
            try await start(
                installation, brokers: brokers, settings: settings, heap: heap, machine: machine, security: nil)
        }
    }

    /// Starts a cluster, with further listeners when there is `security`.
    static func start(
        _ installation: KafkaInstallation, brokers: Int, settings: [String: String], heap: String = "384m",
        machine: JavaMachine = .quickToStart, security: BrokerSecurity?
    ) async throws -> RealCluster {
        if security != nil, installation.usesZooKeeper {
            throw HarnessError("secured clusters here need Kafka 3.9 or later, not \(installation)")
        }
        let ports = try FreePorts.take(brokers * 2)
        let properties = BrokerSettings(
            installation: installation, ports: Array(ports[..<brokers]), controllerPorts: Array(ports[brokers...]),
            overrides: settings, security: security)
        let cluster = try RealCluster(properties, heap: heap, machine)
        if !installation.usesZooKeeper {
            try await cluster.formatStorage(security == nil ? [] : BrokerSecurity.scramArguments)
        }
        do {
            try await cluster.startAll()
        } catch {
            await cluster.stop()
            throw error
        }
        return cluster
    }

    private init(_ settings: BrokerSettings, heap: String, _ machine: JavaMachine) throws {
        let installation = settings.installation
        let folder = try TemporaryDirectory("kafka-\(installation.version)")
        let java = try KafkaInstallation.java()
        try folder.write(BrokerSettings.loggingFile, BrokerSettings.logging(of: installation))
        func process(_ name: String, main: String, heap: String, _ properties: String) throws -> BrokerProcess {
            let file = try folder.write("\(name)/server.properties", properties)
            let command = Self.javaCommand(java, installation, folder: folder.path, heap: heap, machine)
            return BrokerProcess(
                title: "\(name) of \(installation)", logFile: folder.file("\(name)/server.log"),
                command: command + [main, file])
        }
        self.installation = installation
        self.folder = folder
        ports = settings.ports
        zooKeeper =
            installation.usesZooKeeper
            ? try process(
                "zookeeper", main: "org.apache.zookeeper.server.quorum.QuorumPeerMain", heap: "128m",
                settings.zooKeeperServer(folder: folder.file("zookeeper"))) : nil
        brokers = try (1...ports.count).map { number in
            let name = "broker-\(number)"
            return try process(
                name, main: "kafka.Kafka", heap: heap, settings.broker(number, folder: folder.file(name)))
        }
    }

    private func formatStorage(_ arguments: [String]) async throws {
        let format = try await StorageFormat.of(
            installation, properties: folder.file("broker-1/server.properties"), arguments: arguments)
        let clusterID = StorageFormat.newID()
        for number in 1...ports.count {
            try format.write(into: dataFolder(broker: number), clusterID: clusterID, node: number)
        }
    }

    static func javaCommand(
        _ java: String, _ installation: KafkaInstallation, folder: String, heap: String,
        _ machine: JavaMachine = .quickToStart
    ) -> [String] {
        [java, "-Xmx\(heap)", "-Xms64m"] + machine.options + [
            "-Xshare:auto", "-XX:-UsePerfData", "-Djava.awt.headless=true", "-Dkafka.logs.dir=\(folder)",
            "-Djava.io.tmpdir=\(folder)",
            BrokerSettings.loggingOption(of: installation, folder: folder), "-cp", installation.classPath,
        ]
    }

    private func startAll() async throws {
        if let zooKeeper {
            try zooKeeper.start()
            try await zooKeeper.waitForLog("PrepRequestProcessor (sid:0) started")
        }
        for broker in brokers { try broker.start() }
        for broker in brokers { try await waitUntilReady(broker) }
    }

    /// Both kinds of broker say "started" only after the cluster has let them in.
    private func waitUntilReady(_ broker: BrokerProcess) async throws {
        let number = (brokers.firstIndex { $0 === broker } ?? 0) + 1
        let sentence =
            installation.usesZooKeeper ? "[KafkaServer id=\(number)] started" : "nodeId=\(number)] Kafka Server started"
        try await broker.waitForLog(sentence)
        // With ZooKeeper it knows of no broker, itself included, before the controller has told it.
        if installation.usesZooKeeper { try await broker.waitForLog("Recorded new controller") }
    }

    private func broker(_ number: Int) throws -> BrokerProcess {
        guard brokers.indices.contains(number - 1) else {
            throw HarnessError("\(installation) here has brokers 1 to \(brokers.count), no broker \(number)")
        }
        return brokers[number - 1]
    }

    /// Kills a broker (SIGKILL) and waits until it is gone.
    package func kill(broker number: Int) async throws {
        try await broker(number).killAndWait()
    }

    /// Shuts a broker down in good order (SIGTERM) and waits until it is gone.
    package func shutDown(broker number: Int) async throws {
        try await broker(number).shutDown()
    }

    /// Changes settings of a broker; they hold from its next start on.
    package func change(_ settings: [String: String], broker number: Int) throws {
        let file = "broker-\(number)/server.properties"
        // Of two lines with one name, the last one counts.
        let lines = settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
        try folder.write(file, String(contentsOfFile: folder.file(file), encoding: .utf8) + lines)
    }

    /// Starts a broker that is gone, or kills it first, and waits until the cluster has let it in again.
    package func restart(broker number: Int) async throws {
        let broker = try broker(number)
        try await broker.killAndWait()
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            try broker.start()
            do {
                return try await waitUntilReady(broker)
            } catch {
                // ZooKeeper keeps a killed broker's session until it times out; whoever supervises brokers tries again.
                let isSession = installation.usesZooKeeper && "\(error)".contains("Exiting Kafka")
                guard isSession, ContinuousClock.now < deadline else { throw error }
                try await broker.killAndWait()
            }
        }
    }

    /// Stops a broker where it stands (SIGSTOP): its connections stay open and silent.
    package func pause(broker number: Int) throws {
        try broker(number).signal(SIGSTOP)
    }

    /// Lets a paused broker go on (SIGCONT).
    package func resume(broker number: Int) throws {
        try broker(number).signal(SIGCONT)
    }

    /// Process ids of the brokers, 0 for one that is gone; ZooKeeper's comes last.
    package var processIDs: [Int32] {
        brokers.map(\.pid) + (zooKeeper.map { [$0.pid] } ?? [])
    }

    /// What a broker has printed since its last start.
    package func log(broker number: Int) throws -> String {
        String(decoding: try broker(number).log(), as: UTF8.self)
    }

    /// The data folder of a broker, with a folder `topic-partition` for each of its replicas.
    package func dataFolder(broker number: Int) -> String {
        folder.file("broker-\(number)/data")
    }

    /// Kills everything; the data goes with the last reference to the cluster.
    package func stop() async {
        for process in brokers + [zooKeeper].compactMap(\.self) { try? await process.killAndWait() }
    }
}
