import Bytes
import KafkaClient
import KafkaModel
import KafkaProtocol
import KafkaRecords

/// Step 8: appending at the destination, one request per lane at a time with one batch of each partition.
extension MirrorEngine {
    /// A batch on its way.
    private struct Sent {
        var header: RecordBatchHeader
        var generation: UInt64
        var pump: PartitionPump
    }

    /// Appends to one destination broker on one connection for as long as the engine lives.
    func runLane(_ key: LaneKey) async {
        while !isClosed {
            var sent: [TopicPartition: Sent] = [:]
            guard hasLease, let request = makeRequest(key, &sent) else {
                guard let signal = laneSignals[key] else { return }
                await wait(on: signal)
                continue
            }
            sendingBegan()
            do throws(ClientError) {
                let response = try await destination.send(
                    request, to: key.broker, lane: .produce(key.lane),
                    maximumVersion: namesTopicsById(request) ? .max : 12,
                    timeoutMs: Int64(options.produceTimeoutMs) + 5_000)
                settle(response, &sent)
                fail(sent, .again("the answer to Produce leaves the partition out"))
            } catch {
                // Nobody knows what became of the batches: a late one must not meet a new one on the same connection.
                await destination.drop(key.broker, lane: .produce(key.lane))
                fail(sent, outcome(of: error))
            }
            sent.removeAll()
            sendingEnded()
            wakeFetchers()
        }
    }

    /// Whether every topic has its id: version 13 names topics by id only.
    private func namesTopicsById(_ request: ProduceRequest) -> Bool {
        request.topicData.allSatisfy { $0.topicId != .zero }
    }

    private func outcome(of error: ClientError) -> AppendOutcome {
        error.isRetriable ? .again(error.description) : .refused(error.description)
    }

    private func makeRequest(_ key: LaneKey, _ sent: inout [TopicPartition: Sent]) -> ProduceRequest? {
        var request = ProduceRequest()
        var bytes = 0
        let ours = pumps.values.filter { pump in
            pump.machine.hasBatch && pump.destinationLeader?.broker == key.broker
                && pump.lane(of: options.produceLanes) == key.lane
        }
        for pump in ours.sorted(by: { $0.mirror < $1.mirror }) where bytes < options.produceBytes {
            guard let outgoing = pump.machine.nextBatch() else { continue }
            RecordBatchRestamp.restamp(
                outgoing.batch.slice, producerId: producer.data, producerEpoch: ProducerIds.epoch,
                baseSequence: outgoing.sequence)
            bytes += outgoing.batch.slice.count
            add(outgoing.batch.slice, of: pump, to: &request)
            sent[pump.mirror] = Sent(
                header: outgoing.batch.header, generation: pump.machine.generation, pump: pump)
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

    private func settle(_ response: ProduceResponse, _ sent: inout [TopicPartition: Sent]) {
        let now = WallClock.milliseconds
        for topic in response.responses {
            let name = topic.name.isEmpty ? destinationNames[topic.topicId] ?? "" : topic.name
            for answer in topic.partitionResponses {
                let partition = TopicPartition(topic: name, partition: answer.index)
                guard let batch = sent.removeValue(forKey: partition) else { continue }
                let code = ErrorCode(answer.errorCode)
                if code.isSuccess {
                    batch.pump.lastSuccessMs = now
                    batch.pump.machine.acknowledged(
                        batch.header, baseOffset: answer.baseOffset, generation: batch.generation)
                } else {
                    batch.pump.machine.notAppended(
                        AppendOutcome(code, message: answer.errorMessage, partition: partition),
                        generation: batch.generation)
                }
                advance(batch.pump)
            }
        }
    }

    private func fail(_ sent: [TopicPartition: Sent], _ outcome: AppendOutcome) {
        for batch in sent.values {
            batch.pump.machine.notAppended(outcome, generation: batch.generation)
            advance(batch.pump)
        }
    }
}
