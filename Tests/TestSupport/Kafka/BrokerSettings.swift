/// The property files of a small cluster: what Kafka needs, and what makes it quick to start and to notice a death.
struct BrokerSettings {
    let installation: KafkaInstallation
    /// Client port of each broker.
    let ports: [UInt16]
    /// Controller port of each broker (KRaft); the first one is ZooKeeper's otherwise.
    let controllerPorts: [UInt16]
    /// Wins over everything here.
    let overrides: [String: String]
    /// Listeners beside the plaintext one, with an authorizer; nil for none.
    var security: BrokerSecurity?

    var brokers: Int { ports.count }

    /// The settings of broker `number` (from 1) whose data lies in `folder`.
    func broker(_ number: Int, folder: String) -> String {
        let port = ports[number - 1]
        var settings = [
            "log.dirs": "\(folder)/data",
            "listeners": "PLAINTEXT://127.0.0.1:\(port)",
            "advertised.listeners": "PLAINTEXT://127.0.0.1:\(port)",
            "auto.create.topics.enable": "false",
            "group.initial.rebalance.delay.ms": "0",
            "default.replication.factor": "\(min(3, brokers))",
            "min.insync.replicas": "\(min(2, brokers))",
            "offsets.topic.replication.factor": "\(min(3, brokers))",
            "offsets.topic.num.partitions": "5",
            "transaction.state.log.replication.factor": "\(min(3, brokers))",
            "transaction.state.log.min.isr": "\(min(2, brokers))",
            "transaction.state.log.num.partitions": "5",
            "num.network.threads": "2",
            "num.io.threads": "4",
            "num.recovery.threads.per.data.dir": "1",
            "log.cleaner.dedupe.buffer.size": "4194304",
            "replica.lag.time.max.ms": "10000",
        ]
        settings.merge(installation.usesZooKeeper ? zooKeeper(number) : kraft(number, port)) { $1 }
        security?.add(to: &settings, broker: number)
        settings.merge(overrides) { $1 }
        return Self.text(settings)
    }

    private func kraft(_ number: Int, _ port: UInt16) -> [String: String] {
        let voters = (1...brokers).map { "\($0)@127.0.0.1:\(controllerPorts[$0 - 1])" }
        var settings = [
            "node.id": "\(number)",
            "process.roles": "broker,controller",
            "controller.quorum.voters": voters.joined(separator: ","),
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "listeners": "PLAINTEXT://127.0.0.1:\(port),CONTROLLER://127.0.0.1:\(controllerPorts[number - 1])",
            "broker.session.timeout.ms": "6000",
            "broker.heartbeat.interval.ms": "500",
        ]
        if installation.major >= 4 {
            settings["share.coordinator.state.topic.replication.factor"] = "\(min(3, brokers))"
            settings["share.coordinator.state.topic.min.isr"] = "\(min(2, brokers))"
            settings["share.coordinator.state.topic.num.partitions"] = "5"
        }
        return settings
    }

    private func zooKeeper(_ number: Int) -> [String: String] {
        [
            "broker.id": "\(number)",
            "zookeeper.connect": "127.0.0.1:\(controllerPorts[0])",
            "zookeeper.session.timeout.ms": "3000",
        ]
    }

    /// The settings of the ZooKeeper whose data lies in `folder`.
    func zooKeeperServer(folder: String) -> String {
        Self.text([
            "dataDir": "\(folder)/data", "clientPort": "\(controllerPorts[0])", "clientPortAddress": "127.0.0.1",
            "admin.enableServer": "false", "maxClientCnxns": "0", "tickTime": "1000",
        ])
    }

    /// The logging configuration: one format on standard output for every release, because readiness is read from it.
    static let loggingFile = "logging.properties"

    static func logging(of installation: KafkaInstallation) -> String {
        installation.major >= 4
            ? """
            appender.out.type=Console
            appender.out.name=out
            appender.out.layout.type=PatternLayout
            appender.out.layout.pattern=%d %p %m (%c)%n
            rootLogger.level=INFO
            rootLogger.appenderRef.out.ref=out
            """
            : """
            log4j.rootLogger=INFO, out
            log4j.appender.out=org.apache.log4j.ConsoleAppender
            log4j.appender.out.layout=org.apache.log4j.PatternLayout
            log4j.appender.out.layout.ConversionPattern=%d %p %m (%c)%n
            """
    }

    static func loggingOption(of installation: KafkaInstallation, folder: String) -> String {
        let file = "file:\(folder)/\(loggingFile)"
        return installation.major >= 4 ? "-Dlog4j2.configurationFile=\(file)" : "-Dlog4j.configuration=\(file)"
    }

    private static func text(_ settings: [String: String]) -> String {
        settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
    }
}
