import KafkaProtocol
import TestSupport
import Testing

/// Every message against the JSON definitions in Kafka's client library.
@Suite(.enabled(if: KafkaInstallation.isGiven, KafkaInstallation.hint), .timeLimit(.minutes(2)))
struct DefinitionTests {
    /// The release whose names, defaults and newest versions ours are.
    private static let reference = "4.3."

    @Test(arguments: KafkaInstallation.all)
    func `has the fields, types, nulls and tags of every version`(kafka: KafkaInstallation) async throws {
        let texts = try await kafka.definitions()
        let isReference = kafka.version.hasPrefix(Self.reference)
        var compared = 0
        for request in KnownAPIs.requests {
            // Others' tests want their turns too.
            await Task.yield()
            compared += try compare(request, texts, isReference: isReference)
        }
        #expect(compared > (isReference ? 200 : 150), "messages times versions compared")
    }

    @Test(.enabled(if: KafkaInstallation.release(reference) != nil, "needs a Kafka 4.3"))
    func `speaks the newest version that brokers of Kafka 4 offer and refuses what would be lost`() async throws {
        let texts = try await KafkaInstallation.required(Self.reference).definitions()
        for request in KnownAPIs.requests {
            await Task.yield()
            let api = request.api
            let name = "\(request)"
            let definition = try KafkaDefinition(try #require(texts["\(name).json"]))
            var offered = definition.validVersions
            if definition.latestVersionUnstable { offered = offered.lowerBound...offered.upperBound - 1 }
            // From version 4 on AddPartitionsToTxn is spoken between brokers only.
            if api.key == .addPartitionsToTxn { offered = offered.lowerBound...3 }
            // A request for metadata of version 0 cannot ask for no topic at all.
            if api.key == .metadata { offered = 1...offered.upperBound }
            #expect(offered == Int(api.versions.lowerBound)...Int(api.versions.upperBound), "\(name)")
            #expect(definition.flexibleVersions?.lowerBound == api.flexibleFrom.map(Int.init), "\(name)")
            try compareRefusals(request, texts)
        }
    }

    private func compare<Request: RequestMessage>(
        _ request: Request.Type, _ texts: [String: String], isReference: Bool
    ) throws -> Int {
        try compare(request, Request.api, texts, isReference: isReference)
            + compare(Request.Response.self, Request.api, texts, isReference: isReference)
    }

    private func compare<Message: WireStruct>(
        _ message: Message.Type, _ api: APIDescription, _ texts: [String: String], isReference: Bool
    ) throws -> Int {
        let definition = try KafkaDefinition(try #require(texts["\(message).json"], "\(message)"))
        var compared = 0
        for version in api.versions where definition.validVersions.contains(Int(version)) {
            let expected = definition.lines(Int(version))
            let actual = try record(message, api, version).lines
            if isReference {
                #expect(actual == expected, "\(message) version \(version)")
            } else {
                // Names and defaults have changed over the years, tags were added; the rest of the wire has not.
                let changes = actual.map(Self.wireOnly).difference(from: expected.map(Self.wireOnly))
                let unexplained = changes.filter { change in
                    if case .insert(_, let line, _) = change { !line.hasPrefix("tag ") } else { true }
                }
                #expect(unexplained.isEmpty, "\(message) version \(version)")
            }
            #expect((definition.flexibleVersions?.contains(Int(version)) ?? false) == api.isFlexible(version))
            compared += 1
        }
        return compared
    }

    private func compareRefusals<Request: RequestMessage>(
        _ request: Request.Type, _ texts: [String: String]
    ) throws {
        try compareRefusals(request, Request.api, texts)
        try compareRefusals(Request.Response.self, Request.api, texts)
    }

    private func compareRefusals<Message: WireStruct>(
        _ message: Message.Type, _ api: APIDescription, _ texts: [String: String]
    ) throws {
        let definition = try KafkaDefinition(try #require(texts["\(message).json"]))
        let ours = Int(api.versions.lowerBound)...Int(api.versions.upperBound)
        for version in api.versions {
            let expected = definition.refusals(Int(version), ours: ours)
            #expect(try record(message, api, version).refusals == expected, "\(message) version \(version)")
        }
    }

    private func record<Message: WireStruct>(
        _ type: Message.Type, _ api: APIDescription, _ version: Int16
    ) throws -> RecordingCoder {
        var coder = RecordingCoder(version: version, isFlexible: api.isFlexible(version))
        var message = Message()
        try message.code(with: &coder)
        return coder
    }

    /// `tag 1 topics.name: nullable string = ""` becomes `tag 1 2: nullable string`, with the depth for the path.
    private static func wireOnly(_ line: String) -> String {
        guard let colon = line.firstIndex(of: ":"),
            let equals = line.firstRange(of: " = ")?.lowerBound
        else { return "end" }
        let words = line[..<colon].split(separator: " ")
        let depth = words.last?.split(separator: ".").count ?? 0
        return (words.dropLast() + ["\(depth)"]).joined(separator: " ") + line[colon..<equals]
    }
}
