import EventLoop
import KafkaConnection
import KafkaProtocol

/// The groups asked about, each with its value or the reason why there is none.
package typealias GroupResults<Value: Sendable> = [String: Result<Value, ClientError>]

extension ClusterClient {
    /// Asks the coordinators of many groups, all brokers at once, and asks again for groups whose coordinator moved.
    ///
    /// This is the one place where a question about many groups follows their coordinators. It gives up when the
    /// attempts of the retry policy are used up or the request timeout has passed, and then says why, per group.
    ///
    /// - Parameters:
    ///   - groups: what is asked about.
    ///   - known: coordinators as a listing told them; others are looked up, which makes a cluster without groups
    ///     create `__consumer_offsets`.
    ///   - ask: asks one broker about its groups; a group that it leaves out stays without a result.
    func askCoordinators<Value: Sendable>(
        of groups: some Sequence<String>, known: [String: Int32],
        _ ask: @escaping @Sendable (isolated ClusterClient, Int32, [String]) async -> GroupResults<Value>
    ) async -> GroupResults<Value> {
        var results: GroupResults<Value> = [:]
        var waiting = Set(groups)
        var coordinators = known
        let deadline = ContinuousClock.now + .milliseconds(options.requestTimeoutMs)
        var attempt = 1
        while !waiting.isEmpty {
            for (group, found) in await findCoordinators(waiting.filter { coordinators[$0] == nil }) {
                switch found {
                case .success(let broker): coordinators[group] = broker
                case .failure(let error): results[group] = .failure(error)
                }
            }
            var byBroker: [Int32: [String]] = [:]
            for group in waiting.sorted() {
                if let broker = coordinators[group] { byBroker[broker, default: []].append(group) }
            }
            for answers in await askAll(byBroker, ask) { results.merge(answers) { $1 } }
            waiting = waiting.filter { group in
                guard case .failure(let error) = results[group], error.isRetriable else { return false }
                coordinators[group] = nil
                return true
            }
            guard !waiting.isEmpty, attempt < retry.attempts, ContinuousClock.now < deadline, !Task.isCancelled
            else { break }
            await loop.pause(.milliseconds(retry.pauseMs(after: attempt)))
            attempt += 1
        }
        return results
    }

    private func askAll<Value: Sendable>(
        _ byBroker: [Int32: [String]],
        _ ask: @escaping @Sendable (isolated ClusterClient, Int32, [String]) async -> GroupResults<Value>
    ) async -> [GroupResults<Value>] {
        await withTaskGroup(of: GroupResults<Value>.self) { group in
            for (broker, names) in byBroker { group.addTask { await ask(self, broker, names) } }
            var answers: [GroupResults<Value>] = []
            for await answer in group { answers.append(answer) }
            return answers
        }
    }

    // MARK: Finding coordinators

    /// Most groups in one FindCoordinator request.
    private static let findBatch = 1_000
    /// First version of FindCoordinator that takes many keys (KIP-699).
    private static let takesManyKeys: Int16 = 4

    /// The coordinators of groups, with one attempt; many at once where the broker can (3.0 and later).
    private func findCoordinators(_ groups: some Collection<String>) async -> GroupResults<Int32> {
        guard !groups.isEmpty else { return [:] }
        var results: GroupResults<Int32> = [:]
        do throws(ClientError) {
            guard try await speaks(FindCoordinatorRequest.self, version: Self.takesManyKeys) else {
                return await findOneByOne(groups)
            }
            var rest = groups.sorted()[...]
            while !rest.isEmpty {
                let batch = rest.prefix(Self.findBatch)
                rest = rest.dropFirst(Self.findBatch)
                results.merge(try await findMany(Array(batch))) { $1 }
            }
        } catch {
            for group in groups where results[group] == nil { results[group] = .failure(error) }
        }
        return results
    }

    private func findMany(_ groups: [String]) async throws(ClientError) -> GroupResults<Int32> {
        let request = FindCoordinatorRequest { $0.coordinatorKeys = groups }
        let response = try await sendToAny(request, maximumVersion: Self.takesManyKeys)
        var results: GroupResults<Int32> = [:]
        for group in groups {
            results[group] = .failure(error(.incomplete(.findCoordinator, subject: "group \(group)")))
        }
        for found in response.coordinators where results[found.key] != nil {
            guard found.errorCode != 0 else {
                results[found.key] = .success(found.nodeId)
                continue
            }
            results[found.key] = .failure(
                error(
                    .refused(
                        ErrorCode(found.errorCode), .findCoordinator, subject: "group \(found.key)",
                        message: found.errorMessage)))
        }
        return results
    }

    private func findOneByOne(_ groups: some Collection<String>) async -> GroupResults<Int32> {
        await withTaskGroup(of: (String, Result<Int32, ClientError>).self) { tasks in
            for group in groups {
                tasks.addTask {
                    do throws(ClientError) {
                        return (group, .success(try await self.coordinator(.group(group))))
                    } catch {
                        return (group, .failure(error))
                    }
                }
            }
            var results: GroupResults<Int32> = [:]
            for await (group, result) in tasks { results[group] = result }
            return results
        }
    }
}
