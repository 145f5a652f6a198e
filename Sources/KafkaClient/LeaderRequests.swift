import EventLoop
import KafkaConnection
import KafkaModel
import KafkaProtocol

/// A partition with the leader's epoch as the client knows it, so that a deposed leader refuses to answer (KIP-320).
struct LedPartition {
    var partition: TopicPartition
    var leaderEpoch: Int32
}

/// What a leader says of one partition.
struct LeaderAnswer<Value: Sendable> {
    var partition: TopicPartition
    var error: ErrorCode
    var message: String?
    var value: Value
}

/// The partitions asked about, each with its value or the reason why there is none.
package typealias PartitionResults<Value: Sendable> = [TopicPartition: Result<Value, ClientError>]

extension ClusterClient {
    /// Sends one request per leader, all at once, and asks again for partitions whose leader has moved.
    ///
    /// This is the one place where a question about partitions follows their leaders. It gives up when the attempts of
    /// the retry policy are used up or the request timeout has passed, and then says why, per partition.
    ///
    /// - Parameters:
    ///   - partitions: what is asked about; any number, any topics.
    ///   - request: makes the request for the partitions that one broker leads.
    ///   - answers: takes a response apart.
    func askLeaders<Request: RequestMessage, Value: Sendable>(
        of partitions: some Sequence<TopicPartition>, maximumVersion: Int16 = .max,
        request: ([LedPartition]) -> Request, answers: (Request.Response) -> [LeaderAnswer<Value>]
    ) async -> PartitionResults<Value> {
        var results: PartitionResults<Value> = [:]
        var waiting = Set(partitions)
        let deadline = ContinuousClock.now + .milliseconds(options.requestTimeoutMs)
        var attempt = 1
        while !waiting.isEmpty {
            let byLeader: [Int32: [LedPartition]]
            do throws(ClientError) {
                byLeader = try await leaders(of: waiting, &results)
            } catch {
                for partition in waiting { results[partition] = .failure(error) }
                return results
            }
            var requests: [Int32: Request] = [:]
            for (broker, led) in byLeader { requests[broker] = request(led) }
            let responses = await sendAll(requests, maximumVersion: maximumVersion)
            for (broker, response) in responses {
                let led = byLeader[broker] ?? []
                switch response {
                case .failure(let error): for one in led { results[one.partition] = .failure(error) }
                case .success(let response): note(answers(response), about: led, Request.api.key, &results)
                }
            }
            waiting = waiting.filter { partition in
                guard case .failure(let error) = results[partition] else { return false }
                forget(partition.topic)
                return error.isRetriable
            }
            guard attempt < retry.attempts, ContinuousClock.now < deadline, !Task.isCancelled else { break }
            if !waiting.isEmpty { await loop.pause(.milliseconds(retry.pauseMs(after: attempt))) }
            attempt += 1
        }
        return results
    }

    /// The partitions by leader; those without one get their failure.
    private func leaders<Value>(
        of partitions: Set<TopicPartition>, _ results: inout PartitionResults<Value>
    ) async throws(ClientError) -> [Int32: [LedPartition]] {
        let unknown = Set(partitions.map(\.topic)).filter { topics[$0]?.error.isSuccess != true }
        if !unknown.isEmpty { _ = try await metadata(unknown.sorted()) }
        var byLeader: [Int32: [LedPartition]] = [:]
        for partition in partitions.sorted() {
            guard let topic = topics[partition.topic] else {
                results[partition] = .failure(error(.incomplete(.metadata, subject: "topic \(partition.topic)")))
                continue
            }
            guard topic.error.isSuccess else {
                let subject = "topic \(partition.topic)"
                results[partition] = .failure(
                    error(.refused(topic.error, .metadata, subject: subject, message: nil)))
                continue
            }
            let index = Int(partition.partition)
            guard topic.partitions.indices.contains(index), topic.partitions[index].leaderId >= 0 else {
                results[partition] = .failure(error(.noLeader(partition)))
                continue
            }
            let found = topic.partitions[index]
            byLeader[found.leaderId, default: []].append(
                LedPartition(partition: partition, leaderEpoch: found.leaderEpoch))
        }
        return byLeader
    }

    private func sendAll<Request: RequestMessage>(
        _ requests: [Int32: Request], maximumVersion: Int16
    ) async -> [(Int32, Result<Request.Response, ClientError>)] {
        await withTaskGroup(of: (Int32, Result<Request.Response, ClientError>).self) { group in
            for (broker, request) in requests {
                group.addTask {
                    do throws(ClientError) {
                        let response = try await self.send(request, to: broker, maximumVersion: maximumVersion)
                        return (broker, .success(response))
                    } catch {
                        return (broker, .failure(error))
                    }
                }
            }
            var responses: [(Int32, Result<Request.Response, ClientError>)] = []
            for await response in group { responses.append(response) }
            return responses
        }
    }

    private func note<Value>(
        _ answers: [LeaderAnswer<Value>], about led: [LedPartition], _ api: APIKey,
        _ results: inout PartitionResults<Value>
    ) {
        for one in led {
            results[one.partition] = .failure(error(.incomplete(api, subject: "partition \(one.partition)")))
        }
        for answer in answers where results[answer.partition] != nil {
            if answer.error.isSuccess {
                results[answer.partition] = .success(answer.value)
            } else {
                let subject = "partition \(answer.partition)"
                results[answer.partition] = .failure(
                    error(.refused(answer.error, api, subject: subject, message: answer.message)))
            }
        }
    }

    /// A refusal of one partition by its leader; what was known of the topic is forgotten, so that the next attempt
    /// finds a leader that moved.
    func refused(
        _ code: Int16, _ api: APIKey, _ partition: TopicPartition, message: String? = nil
    ) -> ClientError {
        forget(partition.topic)
        return error(.refused(ErrorCode(code), api, subject: "partition \(partition)", message: message))
    }
}

extension Sequence where Element == LedPartition {
    /// By topic, both in order, as most requests want them.
    var byTopic: [(topic: String, partitions: [LedPartition])] {
        Dictionary(grouping: self, by: \.partition.topic).sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.sorted { $0.partition < $1.partition }) }
    }
}
