import KafkaConnection
import KafkaModel
import KafkaProtocol

/// An offset that a group has committed.
package struct CommittedOffset: Hashable, Sendable {
    /// The next offset to read.
    package var offset: Int64
    /// Leader epoch of the record before it, in the epochs of its own cluster; -1 when unknown.
    package var leaderEpoch: Int32
    /// Text of the consumer's own.
    package var metadata: String

    /// An offset of its parts.
    package init(offset: Int64, leaderEpoch: Int32 = -1, metadata: String = "") {
        self.offset = offset
        self.leaderEpoch = leaderEpoch
        self.metadata = metadata
    }
}

/// What a group has committed, by partition.
package typealias GroupOffsets = [TopicPartition: CommittedOffset]

extension ClusterClient {
    /// Most groups in one OffsetFetch request.
    private static let fetchBatch = 100
    /// First version of OffsetFetch that takes many groups (KIP-709).
    private static let takesManyGroups: Int16 = 8

    /// Everything that groups have committed on topics that the principal may see (DESCRIBE on Group and on Topic).
    ///
    /// A group that does not exist has no offsets. Offsets of open transactions do not count yet.
    ///
    /// - Parameter coordinators: as a listing told them; others are looked up.
    package func committedOffsets(
        of groups: some Sequence<String>, coordinators: [String: Int32] = [:]
    ) async -> GroupResults<GroupOffsets> {
        await askCoordinators(of: groups, known: coordinators) { client, broker, groups in
            var results: GroupResults<GroupOffsets> = [:]
            do throws(ClientError) {
                let takesMany = try await client.speaks(
                    OffsetFetchRequest.self, version: Self.takesManyGroups, broker: broker, lane: .offsets(0))
                var rest = groups[...]
                while !rest.isEmpty {
                    let batch = Array(rest.prefix(Self.fetchBatch))
                    rest = rest.dropFirst(Self.fetchBatch)
                    let answers =
                        takesMany
                        ? try await client.fetchOffsets(of: batch, at: broker)
                        : await client.fetchOffsetsOneByOne(of: batch, at: broker)
                    results.merge(answers) { $1 }
                }
            } catch {
                for group in groups where results[group] == nil { results[group] = .failure(error) }
            }
            return results
        }
    }

    private func fetchOffsets(
        of groups: [String], at broker: Int32
    ) async throws(ClientError) -> GroupResults<GroupOffsets> {
        let request = OffsetFetchRequest {
            $0.groups = groups.map { group in
                OffsetFetchRequest.OffsetFetchRequestGroup {
                    $0.groupId = group
                    $0.topics = nil
                }
            }
        }
        let response = try await send(request, to: broker, lane: .offsets(0), maximumVersion: Self.takesManyGroups)
        var results: GroupResults<GroupOffsets> = [:]
        for group in groups {
            results[group] = .failure(error(.incomplete(.offsetFetch, subject: "group \(group)")))
        }
        for group in response.groups where results[group.groupId] != nil {
            var reading = OffsetReading(group: group.groupId, code: group.errorCode)
            for topic in group.topics {
                for partition in topic.partitions {
                    reading.add(
                        topic.name, partition.partitionIndex, partition.errorCode, partition.committedOffset,
                        partition.committedLeaderEpoch, partition.metadata)
                }
            }
            results[group.groupId] = reading.result(self)
        }
        return results
    }

    private func fetchOffsetsOneByOne(of groups: [String], at broker: Int32) async -> GroupResults<GroupOffsets> {
        await withTaskGroup(of: (String, Result<GroupOffsets, ClientError>).self) { tasks in
            for group in groups { tasks.addTask { (group, await self.fetchOffsets(of: group, at: broker)) } }
            var results: GroupResults<GroupOffsets> = [:]
            for await (group, result) in tasks { results[group] = result }
            return results
        }
    }

    private func fetchOffsets(of group: String, at broker: Int32) async -> Result<GroupOffsets, ClientError> {
        do throws(ClientError) {
            let request = OffsetFetchRequest {
                $0.groupId = group
                $0.topics = nil
            }
            let response = try await send(
                request, to: broker, lane: .offsets(0), maximumVersion: Self.takesManyGroups - 1)
            var reading = OffsetReading(group: group, code: response.errorCode)
            for topic in response.topics {
                for partition in topic.partitions {
                    reading.add(
                        topic.name, partition.partitionIndex, partition.errorCode, partition.committedOffset,
                        partition.committedLeaderEpoch, partition.metadata)
                }
            }
            return reading.result(self)
        } catch {
            return .failure(error)
        }
    }
}

/// Collects what one answer says of one group.
private struct OffsetReading {
    let group: String
    private var code: ErrorCode
    private var offsets: GroupOffsets = [:]

    init(group: String, code: Int16) {
        self.group = group
        self.code = ErrorCode(code)
    }

    /// Takes one partition; an offset below 0 is none.
    mutating func add(
        _ topic: String, _ partition: Int32, _ code: Int16, _ offset: Int64, _ epoch: Int32, _ metadata: String?
    ) {
        if code != 0, self.code.isSuccess { self.code = ErrorCode(code) }
        guard code == 0, offset >= 0 else { return }
        offsets[TopicPartition(topic: topic, partition: partition)] = CommittedOffset(
            offset: offset, leaderEpoch: epoch, metadata: metadata ?? "")
    }

    /// The offsets; none of a group that does not exist.
    func result(_ client: ClusterClient) -> Result<GroupOffsets, ClientError> {
        if code.isSuccess { return .success(offsets) }
        if code == .groupIdNotFound { return .success([:]) }
        return .failure(client.error(.refused(code, .offsetFetch, subject: "group \(group)", message: nil)))
    }
}
