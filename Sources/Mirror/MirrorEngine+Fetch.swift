import Bytes
import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaProtocol
import LinkStore

/// Steps 6 and 7: reading from the source, one long poll per loop at a time.
extension MirrorEngine {
    /// A fetch and what it was made for.
    private struct FetchPlan {
        var request = FetchRequest()
        /// Version 13 names topics by id only; without an id the name must do.
        var maximumVersion = Int16.max
        /// Bytes set aside for the answer until it is there.
        var reserve: MemoryShare?
        /// Generation of each partition's machine when the request was made.
        var generations: [TopicPartition: (mirror: TopicPartition, generation: UInt64)] = [:]

        mutating func leaveOutEpochs() {
            for topic in request.topics.indices {
                for partition in request.topics[topic].partitions.indices {
                    request.topics[topic].partitions[partition].lastFetchedEpoch = -1
                }
            }
        }
    }

    /// Fetches from one source broker for as long as the engine lives.
    func runFetcher(_ key: FetcherKey) async {
        var failures: Int64 = 0
        while !isClosed {
            guard var plan = makePlan(key) else {
                guard let signal = fetchSignals[key] else { return }
                await wait(on: signal)
                continue
            }
            do throws(ClientError) {
                let response = try await fetch(&plan, from: key)
                failures = 0
                plan.reserve = nil
                accept(response, plan)
                memoryCameFree()
                await source.waitOutQuota(response.throttleTimeMs)
            } catch {
                failures += 1
                plan.reserve = nil
                lost(plan, error)
                memoryCameFree()
                await loop.pause(.milliseconds(min(options.firstPauseMs * failures, 2_000)))
            }
        }
    }

    private func fetch(_ plan: inout FetchPlan, from key: FetcherKey) async throws(ClientError) -> FetchResponse {
        let connection = try await source.connection(to: key.broker, lane: .fetch(key.number))
        do throws(ConnectionError) {
            let version = try await connection.negotiated(FetchRequest.api, plan.maximumVersion)
            // Before version 12 (Kafka 2.7) the source cannot compare epochs; the probe's tail check does it.
            if version < 12 { plan.leaveOutEpochs() }
            return try await connection.send(
                plan.request, maximumVersion: version, timeoutMs: Int64(plan.request.maxWaitMs) + options.fetchTimeoutMs
            )
        } catch {
            throw ClientError(.connection(error, brokerId: key.broker), cluster: source.name)
        }
    }

    private func makePlan(_ key: FetcherKey) -> FetchPlan? {
        let ours = pumps.values.filter {
            $0.sourceLeader?.broker == key.broker && $0.fetcher(of: options.fetchers) == key.number
                && $0.machine.phase == .copying
        }
        let ready = ours.filter { $0.machine.fetchPosition != nil }
        guard !ready.isEmpty else { return nil }
        let left = memory.leftBytes
        guard left > 0 else {
            awaitsMemory = true
            return nil
        }
        // Every broker gets its part, so that the long polls of quiet ones do not keep a busy one waiting.
        let bytes = min(options.fetchBytes, left, max(memory.limitBytes / max(fetchSignals.count, 1), 1))
        var plan = FetchPlan()
        plan.request.maxWaitMs = ready.count == ours.count ? options.fetchWaitMs : options.busyFetchWaitMs
        plan.request.minBytes = options.minimumFetchBytes
        plan.request.maxBytes = Int32(bytes)
        plan.reserve = memory.take(bytes)
        // Decided transactions only: the mirror never passes the source's last stable offset.
        plan.request.isolationLevel = 1
        fetchTurn &+= 1
        let sorted = ready.sorted { $0.source < $1.source }
        let turn = fetchTurn % sorted.count
        for pump in sorted[turn...] + sorted[..<turn] { add(pump, to: &plan) }
        return plan
    }

    private func add(_ pump: PartitionPump, to plan: inout FetchPlan) {
        guard let position = pump.machine.fetchPosition, let leader = pump.sourceLeader else { return }
        var partition = FetchRequest.FetchPartition()
        partition.partition = pump.source.partition
        partition.currentLeaderEpoch = leader.epoch
        partition.fetchOffset = position.offset
        partition.lastFetchedEpoch = position.lastEpoch
        partition.partitionMaxBytes = options.partitionFetchBytes
        if plan.request.topics.last?.topic == pump.source.topic {
            plan.request.topics[plan.request.topics.count - 1].partitions.append(partition)
        } else {
            var topic = FetchRequest.FetchTopic()
            topic.topic = pump.source.topic
            topic.topicId = pump.machine.target.sourceTopicId ?? .zero
            if topic.topicId == .zero { plan.maximumVersion = 12 }
            topic.partitions = [partition]
            plan.request.topics.append(topic)
        }
        plan.generations[pump.source] = (pump.mirror, pump.machine.generation)
    }

    private func accept(_ response: FetchResponse, _ plan: FetchPlan) {
        guard ErrorCode(response.errorCode).isSuccess else {
            return lostAll(plan, "the source answers Fetch with \(ErrorCode(response.errorCode))")
        }
        // All slices of one answer share its block, which lives until the last batch of it is written.
        let bytes = response.responses.reduce(0) { sum, topic in
            topic.partitions.reduce(sum) { $0 + ($1.records?.count ?? 0) }
        }
        let share = memory.take(bytes)
        let now = WallClock.nowMs
        for topic in response.responses {
            let name = topic.topic.isEmpty ? sourceNames[topic.topicId] ?? "" : topic.topic
            for data in topic.partitions {
                let partition = TopicPartition(topic: name, partition: data.partitionIndex)
                guard let asked = plan.generations[partition], let pump = pumps[asked.mirror] else { continue }
                take(data, pump, share, asked.generation, now)
                advance(pump)
            }
        }
    }

    private func take(
        _ data: FetchResponse.PartitionData, _ pump: PartitionPump, _ share: MemoryShare, _ generation: UInt64,
        _ now: Int64
    ) {
        let code = ErrorCode(data.errorCode)
        guard code.isSuccess else { return fetchRefused(code, data, pump, generation) }
        if data.divergingEpoch.epoch >= 0 {
            return pump.machine.sourceDiverged(
                epoch: data.divergingEpoch.epoch, endOffset: data.divergingEpoch.endOffset, generation: generation)
        }
        let end = data.lastStableOffset >= 0 ? data.lastStableOffset : data.highWatermark
        pump.lastSuccessMs = now
        pump.machine.fetched(data.records, sourceEnd: end, share: share, generation: generation)
    }

    private func fetchRefused(
        _ code: ErrorCode, _ data: FetchResponse.PartitionData, _ pump: PartitionPump, _ generation: UInt64
    ) {
        // Every cause is looked at anew by the probe, which knows both ends: a moved leader, an offset out of range, a
        // topic that is gone or is another one.
        pump.machine.mustWait(
            "the source answers Fetch of \(pump.source) with \(code): \(code.meaning)", isSource: true,
            generation: generation)
    }

    private func lost(_ plan: FetchPlan, _ error: ClientError) {
        lostAll(plan, error.description)
    }

    private func lostAll(_ plan: FetchPlan, _ reason: String) {
        for asked in plan.generations.values {
            guard let pump = pumps[asked.mirror] else { continue }
            pump.machine.mustWait(reason, isSource: true, generation: asked.generation)
            advance(pump)
        }
    }
}
