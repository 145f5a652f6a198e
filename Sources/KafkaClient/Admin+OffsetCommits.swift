import KafkaModel
import KafkaProtocol

extension ClusterClient {
    /// Connections to one coordinator that commits are spread over: a broker answers one at a time on each.
    private static let commitLanes = 4
    /// Groups that are worth one more connection.
    private static let groupsPerLane = 8
    /// About how many bytes of offsets one request may carry: the coordinator appends them as one batch, which must fit
    /// `max.message.bytes`.
    private static let commitBytes = 400_000

    /// Commits offsets of groups as somebody who is no member of them (READ on Group and on Topic).
    ///
    /// A coordinator refuses with `UNKNOWN_MEMBER_ID` while a group has members, whatever was seen before. One that
    /// does not answer is not asked about its other groups: each would wait as long again.
    ///
    /// - Parameters:
    ///   - commits: offsets by group.
    ///   - coordinators: as a listing told them; others are looked up.
    ///   - mayCommit: asked right before each request; once it says no, nothing more is sent.
    /// - Returns: by group, what became of each partition; a group of which nothing was sent is missing.
    package func commitOffsets(
        _ commits: [String: GroupOffsets], coordinators: [String: Int32] = [:],
        while mayCommit: @escaping @Sendable () async -> Bool = { true }
    ) async -> GroupResults<[TopicPartition: ErrorCode]> {
        await askCoordinators(of: commits.keys, known: coordinators) { client, broker, groups in
            let lanes = min(Self.commitLanes, (groups.count + Self.groupsPerLane - 1) / Self.groupsPerLane)
            return await withTaskGroup(of: GroupResults<[TopicPartition: ErrorCode]>.self) { tasks in
                for lane in 0..<lanes {
                    let share = stride(from: lane, to: groups.count, by: lanes).map { groups[$0] }
                    tasks.addTask {
                        var results: GroupResults<[TopicPartition: ErrorCode]> = [:]
                        for (position, group) in share.enumerated() {
                            let result = await client.commit(
                                commits[group] ?? [:], of: group, at: broker, .offsets(lane), mayCommit)
                            results[group] = result
                            guard case .failure(let error) = result, error.isNoAnswer else { continue }
                            for left in share[(position + 1)...] { results[left] = .failure(error) }
                            break
                        }
                        return results
                    }
                }
                var results: GroupResults<[TopicPartition: ErrorCode]> = [:]
                for await part in tasks { results.merge(part) { $1 } }
                return results
            }
        }
    }

    private func commit(
        _ offsets: GroupOffsets, of group: String, at broker: Int32, _ lane: Lane,
        _ mayCommit: @Sendable () async -> Bool
    ) async -> Result<[TopicPartition: ErrorCode], ClientError>? {
        var outcome: [TopicPartition: ErrorCode] = [:]
        do throws(ClientError) {
            for chunk in Self.chunks(offsets) {
                guard await mayCommit() else { return outcome.isEmpty ? nil : .success(outcome) }
                for (partition, code) in try await commitOnce(chunk, of: group, at: broker, lane) {
                    // The coordinator is another one, or not ready: the group as a whole is tried again.
                    if [.notCoordinator, .coordinatorNotAvailable, .coordinatorLoadInProgress].contains(code) {
                        throw error(.refused(code, .offsetCommit, subject: "group \(group)", message: nil))
                    }
                    outcome[partition] = code
                }
            }
            return .success(outcome)
        } catch {
            return .failure(error)
        }
    }

    private func commitOnce(
        _ offsets: [(partition: TopicPartition, offset: CommittedOffset)], of group: String, at broker: Int32,
        _ lane: Lane
    ) async throws(ClientError) -> [TopicPartition: ErrorCode] {
        let request = OffsetCommitRequest {
            $0.groupId = group
            $0.topics = Dictionary(grouping: offsets, by: \.partition.topic).sorted { $0.key < $1.key }
                .map { topic, entries in
                    OffsetCommitRequest.OffsetCommitRequestTopic {
                        $0.name = topic
                        $0.partitions = entries.map { entry in
                            OffsetCommitRequest.OffsetCommitRequestPartition {
                                $0.partitionIndex = entry.partition.partition
                                $0.committedOffset = entry.offset.offset
                                $0.committedLeaderEpoch = entry.offset.leaderEpoch
                                $0.committedMetadata = entry.offset.metadata
                            }
                        }
                    }
                }
        }
        // Version 9 only says otherwise what a member is refused for, and 10 wants topic ids.
        let response = try await send(request, to: broker, lane: lane, maximumVersion: 8)
        var codes: [TopicPartition: ErrorCode] = [:]
        for topic in response.topics {
            for partition in topic.partitions {
                codes[TopicPartition(topic: topic.name, partition: partition.partitionIndex)] = ErrorCode(
                    partition.errorCode)
            }
        }
        guard offsets.allSatisfy({ codes[$0.partition] != nil }) else {
            throw error(.incomplete(.offsetCommit, subject: "partitions of group \(group)"))
        }
        return codes
    }

    /// The offsets in pieces that fit a request, in the order of the partitions.
    private static func chunks(
        _ offsets: GroupOffsets
    ) -> [[(partition: TopicPartition, offset: CommittedOffset)]] {
        var chunks: [[(partition: TopicPartition, offset: CommittedOffset)]] = []
        var bytes = Int.max
        for (partition, offset) in offsets.sorted(by: { $0.key < $1.key }) {
            let weight = 100 + partition.topic.utf8.count + offset.metadata.utf8.count
            if bytes > commitBytes - weight {
                chunks.append([])
                bytes = 0
            }
            chunks[chunks.count - 1].append((partition, offset))
            bytes += weight
        }
        return chunks
    }
}

extension ClientError {
    /// Whether the broker did not answer at all, so that it will not answer other questions either.
    fileprivate var isNoAnswer: Bool {
        switch code {
        case .connection, .noBootstrapServer, .unknownBroker: true
        case .refused, .noLeader, .incomplete, .wrongCluster: false
        }
    }
}
