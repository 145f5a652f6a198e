import Bytes
import KafkaConnection
import KafkaProtocol
import TestSupport
import Testing

/// Versions of the protocol, asked of the embedded broker and of real ones.
@Suite("Version conformance", .timeLimit(.minutes(5)), .serialized)
struct VersionConformanceTests {
    /// A request header of version 1 without a client id.
    private static func header(_ key: Int16, _ version: Int16, correlationId: Int32) -> [UInt8] {
        var writer = WireWriter()
        writer.integer(key)
        writer.integer(version)
        writer.integer(correlationId)
        writer.integer(Int16(-1))
        return Array(writer.bytes)
    }

    @Test(arguments: ConformanceCluster.all)
    func `an unknown version of ApiVersions is answered in version 0`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let raw = try RawConnection(port: session.port)
            // No tags in the header, empty name and version, no tags in the body.
            try raw.send(Self.header(18, 99, correlationId: 7) + [0, 1, 1, 0])
            let frame = try present(try raw.receive())
            let body = try ResponseHeader.decode(ByteSlice(frame), version: 0)
            let answer = try ApiVersionsResponse.decode(body, version: 0, isFlexible: false)
            #expect(ErrorCode(answer.errorCode) == .unsupportedVersion)
            #expect(answer.apiKeys.map(\.apiKey) == [18])
            #expect(answer.apiKeys.first?.minVersion == 0)
            #expect((answer.apiKeys.first?.maxVersion ?? 0) >= 4)
            // The connection stays; the next try may be right.
            try raw.send(Self.header(18, 0, correlationId: 8))
            let second = try present(try raw.receive())
            let versions = try ApiVersionsResponse.decode(
                try ResponseHeader.decode(ByteSlice(second), version: 0), version: 0, isFlexible: false)
            #expect(versions.errorCode == 0)
            #expect(versions.apiKeys.count > 20)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `a client must name its software as Kafka wants it`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            for (name, version) in [("", "1"), ("a", ""), ("-a", "1"), ("a b", "1"), ("a", "1_0")] {
                let answer = try await session.connection.send(
                    ApiVersionsRequest {
                        $0.clientSoftwareName = name
                        $0.clientSoftwareVersion = version
                    })
                #expect(ErrorCode(answer.errorCode) == .invalidRequest, "\(name) \(version)")
                #expect(answer.apiKeys.isEmpty)
            }
            let answer = try await session.connection.send(
                ApiVersionsRequest {
                    $0.clientSoftwareName = "a.b-c9"
                    $0.clientSoftwareVersion = "v1.0-x"
                })
            #expect(answer.errorCode == 0)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `what is outside of the ranges closes the connection`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let frames: [(String, [UInt8])] = [
                ("a version of Metadata", Self.header(3, 99, correlationId: 1) + [0, 0, 0]),
                ("an old version of Fetch", Self.header(1, 0, correlationId: 1) + [UInt8](repeating: 0, count: 16)),
                ("an API", Self.header(999, 0, correlationId: 1)),
                ("half a header", [0, 3, 0]),
                ("half a body", Self.header(22, 0, correlationId: 1) + [0, 40, 65]),
            ]
            for (what, frame) in frames {
                let raw = try RawConnection(port: session.port)
                try raw.send(frame)
                #expect(try raw.receive() == nil, "\(what)")
            }
        }
    }

    private static func ask<Request: RequestMessage>(
        _ request: Request, _ version: Int16, _ session: Session
    ) async throws {
        _ = try await session.connection.send(request, maximumVersion: version)
    }

    @Test(arguments: ConformanceCluster.all)
    func `every answer can be read in every version`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("samples")
            let metadata = try await session.connection.send(
                MetadataRequest { $0.topics = [MetadataRequest.MetadataRequestTopic { $0.name = topic }] })
            let samples = SampleRequests(
                topic: topic, topicId: try present(metadata.topics.first?.topicId),
                group: try await session.newGroup().groupId,
                transactionalId: try await session.hold(uniqueName("samples")).transactionalId)
            var asked = 0
            for api in KnownAPIs.all {
                for version in api.versions where (try? await session.connection.negotiated(api, version)) == version {
                    let request = try samples.request(api.key, version)
                    do {
                        try await Self.ask(request, version, session)
                        asked += 1
                    } catch {
                        Issue.record("\(api.key) \(version): \(error)")
                    }
                }
            }
            #expect(asked > 140)
        }
    }

    @Test(arguments: KafkaInstallation.all.filter { $0.version.hasPrefix("4.3") })
    func `the embedded broker offers nothing that Kafka does not`(_ installation: KafkaInstallation) async throws {
        func ranges(_ session: Session) async throws -> [Int16: ClosedRange<Int16>] {
            let answer = try await session.connection.send(ApiVersionsRequest(), maximumVersion: 2)
            let ranges = answer.apiKeys.map { ($0.apiKey, $0.minVersion...$0.maxVersion) }
            return Dictionary(uniqueKeysWithValues: ranges)
        }
        let embedded = try await ConformanceCluster.embedded.withSession { try await ranges($0) }
        let real = try await ConformanceCluster.real(installation).withSession { try await ranges($0) }
        #expect(embedded.count >= 27)
        for (key, range) in embedded {
            let theirs = try present(real[key])
            #expect(
                theirs.contains(range.lowerBound) && theirs.contains(range.upperBound), "API \(key): \(range) \(theirs)"
            )
        }
    }
}
