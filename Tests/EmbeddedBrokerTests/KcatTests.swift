import EmbeddedBroker
import EventLoop
import TestSupport
import Testing

/// librdkafka speaks to the embedded broker: older versions of the protocol than ours, from somebody else's code.
@Suite(.enabled(if: findProgram("kcat") != nil), .timeLimit(.minutes(1)))
struct KcatTests {
    @Test(arguments: ["none", "gzip", "snappy", "lz4", "zstd"])
    func `kcat reads what kcat wrote`(_ codec: String) async throws {
        let loop = try EventLoop()
        let broker = try await EmbeddedBroker.start(clusterId: "KcatCluster00000000000", loop: loop)
        #expect(await broker.createTopic("letters", partitions: 1))
        try await CommandRun.output(
            of: ["kcat", "-b", broker.bootstrap, "-t", "letters", "-P", "-K:", "-z", codec],
            input: .text("a:alpha\nb:beta\nc:gamma\n"), within: .seconds(20))
        let read = try await CommandRun.output(
            of: [
                "kcat", "-b", broker.bootstrap, "-t", "letters", "-C", "-o", "beginning", "-e", "-q", "-f",
                "%o %k %s\\n",
            ], within: .seconds(20))
        #expect(read == "0 a alpha\n1 b beta\n2 c gamma\n")
        await broker.stop()
        loop.stop()
    }

    /// SCRAM of older releases of librdkafka says its nonce twice, which Kafka does not accept any more, nor do we.
    @Test func `kcat comes in over TLS with a password`() async throws {
        try await ListenerSite.embedded(.secure) { site in
            let broker = try present(site.broker)
            #expect(await broker.createTopic("letters", partitions: 1))
            let settings = [
                "security.protocol=SASL_SSL", "ssl.ca.location=\(site.authority.certificateFile)",
                "sasl.mechanism=PLAIN", "sasl.username=admin", "sasl.password=\(SecuredCluster.password(of: "admin"))",
            ]
            try await CommandRun.output(
                of: ["kcat", "-b", broker.bootstrap, "-t", "letters", "-P"] + settings.flatMap { ["-X", $0] },
                input: .text("alpha\n"), within: .seconds(20))
            #expect(await broker.logOffsets("letters")?.logEnd == 1)
        }
    }

    @Test func `kcat reads as a member of a group`() async throws {
        let loop = try EventLoop()
        let broker = try await EmbeddedBroker.start(clusterId: "KcatCluster00000000000", loop: loop)
        #expect(await broker.createTopic("letters", partitions: 3))
        try await CommandRun.output(
            of: ["kcat", "-b", broker.bootstrap, "-t", "letters", "-P"], input: .text("1\n2\n3\n4\n5\n"),
            within: .seconds(20))
        let read = try await CommandRun.output(
            of: ["kcat", "-b", broker.bootstrap, "-G", "readers", "-o", "beginning", "-e", "-q", "letters"],
            within: .seconds(30))
        #expect(read.split(separator: "\n").sorted() == ["1", "2", "3", "4", "5"])
        await broker.stop()
        loop.stop()
    }
}
