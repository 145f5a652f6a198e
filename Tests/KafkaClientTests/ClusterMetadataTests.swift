import KafkaProtocol
import Testing

@testable import KafkaClient

/// What a client makes of answers to Metadata, absurd ones included.
@Suite struct ClusterMetadataTests {
    private func response(_ topics: [(name: String?, indexes: [Int32])]) -> MetadataResponse {
        MetadataResponse { response in
            response.topics = topics.map { topic in
                MetadataResponse.MetadataResponseTopic { entry in
                    entry.name = topic.name
                    entry.partitions = topic.indexes.map { index in
                        MetadataResponse.MetadataResponsePartition {
                            $0.partitionIndex = index
                            $0.leaderId = index
                        }
                    }
                }
            }
        }
    }

    @Test func `partitions stand by index, and one that is left out has no leader`() {
        let topic = ClusterMetadata(response([("t", [3, 0, 1])])).topics["t"]
        #expect(topic?.partitions.map(\.leaderId) == [0, 1, -1, 3])
    }

    @Test(arguments: [[.max], [.min], [-1, 0], [0, 1_000_000_000]] as [[Int32]])
    func `a topic with absurd indexes counts as left out`(indexes: [Int32]) {
        let topics = ClusterMetadata(response([("absurd", indexes), ("good", [0]), (nil, [0])])).topics
        #expect(topics.keys.sorted() == ["good"])
    }

    @Test func `many topics with gaps do not set aside memory without bound`() {
        let topics = ClusterMetadata(response((0..<1000).map { ("t\($0)", [90_000]) })).topics
        #expect(topics.values.reduce(0) { $0 + $1.partitions.count } < 200_000)
    }

    @Test(arguments: [.max, .min, -1, 70_000, 0] as [Int32])
    func `a broker with an absurd port is no trap`(port: Int32) {
        var response = MetadataResponse()
        response.brokers = [
            MetadataResponse.MetadataResponseBroker {
                $0.nodeId = .min
                $0.port = port
            }
        ]
        #expect(ClusterMetadata(response).brokers[.min] != nil)
    }
}
