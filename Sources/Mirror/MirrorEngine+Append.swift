import Bytes
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaProtocol
import KafkaRecords
import LinkStore

/// Step 8: appending at the destination, one request per lane at a time with one batch of each partition.
extension MirrorEngine {
    /// A batch on its way.
    private struct Sent {
        var header: RecordBatchHeader
        /// Keeps the frame's bytes counted: the request holds it until the answer is there.
        var share: MemoryShare
        var generation: UInt64
        var pump: PartitionPump
    }

    /// Appends to one destination broker on one connection for as long as the engine lives.
    func runLane(_ key: LaneKey) async {
        while !isClosed {
            guard hasLease, !waiting(for: key).isEmpty else {
                guard let signal = laneSignals[key] else { return }
                await wait(on: signal)
                continue
            }
            var sent: [TopicPartition: Sent] = [:]
            var throttleMs: Int32 = 0
            do throws(ClientError) {
                // Opening a connection may take seconds: the lease is looked at behind it, right before the send.
                let connection = try await destination.connection(to: key.broker, lane: .produce(key.lane))
                await connection.discardUnsentOnClose()
                try await checkNames(key, connection)
                guard hasLease, let request = makeRequest(key, &sent) else { continue }
                let response = try await produce(request, on: connection, broker: key.broker)
                throttleMs = response.throttleTimeMs
                await settle(response, &sent)
                fail(sent, .lost("the answer to Produce leaves the partition out"))
            } catch {
                // Nobody knows what became of the batches: a late one must not meet a new one on the same connection.
                await destination.drop(key.broker, lane: .produce(key.lane))
                if sent.isEmpty { failWaiting(key, error) } else { fail(sent, outcome(of: error)) }
            }
            sent.removeAll()
            wakeFetchers()
            // A batch that is sent before its time would count as lost, and be appended later.
            await destination.waitOutQuota(throttleMs)
        }
    }

    private func produce(
        _ request: ProduceRequest, on connection: Connection, broker: Int32
    ) async throws(ClientError) -> ProduceResponse {
        sendingBegan()
        defer { sendingEnded() }
        do throws(ConnectionError) {
            return try await connection.send(
                request, maximumVersion: namesTopicsById(request) ? .max : 12,
                timeoutMs: Int64(options.produceTimeoutMs) + 5_000)
        } catch {
            throw ClientError(.connection(error, brokerId: broker), cluster: destination.name)
        }
    }

    /// Whether every topic has its id: version 13 names topics by id only.
    private func namesTopicsById(_ request: ProduceRequest) -> Bool {
        request.topicData.allSatisfy { $0.topicId != .zero }
    }

    /// What became of batches that were handed to a connection.
    private func outcome(of error: ClientError) -> AppendOutcome {
        if case .connection(let reason, _) = error.code {
            switch reason.code {
            case .notEncodable, .unsupportedVersion: return .refused(error.description)
            default: break
            }
        }
        return .lost(error.description)
    }

    /// There is no connection: what waits for the lane stays unsent.
    private func failWaiting(_ key: LaneKey, _ error: ClientError) {
        for pump in waiting(for: key) {
            let reason =
                error.isMendable ? error.description : MirrorFailure(.refused, error.description).description
            pump.machine.mustWait(
                reason, isSource: false, isRefusal: !error.isMendable, generation: pump.machine.generation)
            advance(pump)
        }
    }

    /// The partitions of a lane that have a batch to send.
    func waiting(for key: LaneKey) -> [PartitionPump] {
        pumps.values.filter { pump in
            pump.machine.hasBatch && pump.destinationLeader?.broker == key.broker
                && pump.lane(of: options.produceLanes) == key.lane
        }
    }

    private func makeRequest(_ key: LaneKey, _ sent: inout [TopicPartition: Sent]) -> ProduceRequest? {
        var request = ProduceRequest()
        var bytes = 0
        for pump in waiting(for: key).sorted(by: { $0.mirror < $1.mirror }) where bytes < options.produceBytes {
            guard let outgoing = pump.machine.nextBatch() else { continue }
            RecordBatchRestamp.restamp(
                outgoing.batch.slice, producerId: producer.data, producerEpoch: ProducerIds.epoch,
                baseSequence: outgoing.sequence)
            bytes += outgoing.batch.slice.count
            add(outgoing.batch.slice, of: pump, to: &request)
            sent[pump.mirror] = Sent(
                header: outgoing.batch.header, share: outgoing.batch.share, generation: pump.machine.generation,
                pump: pump)
        }
        guard !sent.isEmpty else { return nil }
        request.acks = -1
        request.timeoutMs = options.produceTimeoutMs
        return request
    }

    private func add(_ records: ByteSlice, of pump: PartitionPump, to request: inout ProduceRequest) {
        var partition = ProduceRequest.PartitionProduceData()
        partition.index = pump.mirror.partition
        partition.records = records
        if request.topicData.last?.name == pump.mirror.topic {
            request.topicData[request.topicData.count - 1].partitionData.append(partition)
        } else {
            var topic = ProduceRequest.TopicProduceData()
            topic.name = pump.mirror.topic
            topic.topicId = pump.machine.target.topicId ?? .zero
            topic.partitionData = [partition]
            request.topicData.append(topic)
        }
    }

    private func settle(_ response: ProduceResponse, _ sent: inout [TopicPartition: Sent]) async {
        let now = WallClock.nowMs
        for topic in response.responses {
            let name = topic.name.isEmpty ? destinationNames[topic.topicId] ?? "" : topic.name
            for answer in topic.partitionResponses {
                let partition = TopicPartition(topic: name, partition: answer.index)
                guard let batch = sent.removeValue(forKey: partition) else { continue }
                let code = ErrorCode(answer.errorCode)
                if code.isSuccess, answer.baseOffset != batch.header.baseOffset,
                    let failure = await mirrorRecreated(batch.pump)
                {
                    batch.pump.machine.notAppended(
                        batch.header, .again(failure.description), generation: batch.generation)
                } else if code.isSuccess {
                    batch.pump.lastSuccessMs = now
                    batch.pump.namedAt = .now
                    batch.pump.machine.acknowledged(
                        batch.header, baseOffset: answer.baseOffset, generation: batch.generation)
                } else {
                    batch.pump.machine.notAppended(
                        batch.header, AppendOutcome(code, message: answer.errorMessage, partition: partition),
                        generation: batch.generation)
                }
                advance(batch.pump)
            }
        }
    }

    private func fail(_ sent: [TopicPartition: Sent], _ outcome: AppendOutcome) {
        for batch in sent.values {
            if case .lost = outcome { noteLate(batch.pump) }
            batch.pump.machine.notAppended(batch.header, outcome, generation: batch.generation)
            advance(batch.pump)
        }
    }
}
