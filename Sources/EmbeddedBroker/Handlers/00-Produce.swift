import Bytes
import KafkaProtocol
import KafkaRecords

/// Appends one batch per partition, checked as real brokers check it.
///
/// With acks -1 and replication held (a test control) the answer waits; see `DelayedProduce`. From version 12 a
/// transactional batch adds its partition to the transaction (KIP-890).
enum ProduceHandler: RequestHandler {
    typealias Request = ProduceRequest

    // 4.x brokers offer version 0, which they do not take, because librdkafka looks for it.
    static let advertised: ClosedRange<Int16> = 0...13

    private static let addsPartitions: Int16 = 12
    private static let knowsAbortable: Int16 = 11
    private static let usesTopicIds: Int16 = 13

    static func answer(
        _ request: ProduceRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> ProduceResponse {
        guard (-1...1).contains(request.acks) else { return refusal(request, .invalidRequiredAcks) }
        if request.topicData.contains(where: hasTransactionalBatch),
            request.transactionalId.map({ !broker.isAllowed(.write, .transactionalId($0), context) }) ?? true
        {
            return refusal(request, .transactionalIdAuthorizationFailed)
        }
        var appended: [DelayedProduce.Appended] = []
        var response = ProduceResponse()
        for topic in request.topicData {
            let name = context.version >= usesTopicIds ? broker.topics.name(of: topic.topicId) : topic.name
            var result = ProduceResponse.TopicProduceResponse()
            result.name = topic.name
            result.topicId = topic.topicId
            for data in lastOfEach(topic.partitionData) {
                guard let name else {
                    result.partitionResponses.append(refused(data.index, AppendRefusal(.unknownTopicId)))
                    continue
                }
                guard broker.isAllowed(.write, .topic(name), context) else {
                    result.partitionResponses.append(refused(data.index, AppendRefusal(.topicAuthorizationFailed)))
                    continue
                }
                let partition = PartitionName(topic: name, index: data.index)
                let (answer, nextOffset) = append(data.records, to: partition, request, context, broker)
                if let nextOffset, let topic = broker.topics[name], let log = broker.topics.log(partition) {
                    appended.append(
                        DelayedProduce.Appended(
                            partition: partition, topicId: topic.id, leaderEpoch: log.leaderEpoch,
                            nextOffset: nextOffset,
                            place: (response.responses.count, result.partitionResponses.count)))
                }
                result.partitionResponses.append(answer)
            }
            response.responses.append(result)
        }
        broker.changed(appended.map(\.partition))
        guard request.acks == -1 else { return response }
        let deadline = broker.clock.monotonic + Int64(request.timeoutMs)
        return await broker.complete(DelayedProduce(response, appended, deadline: deadline))
    }

    static func refusal(_ request: ProduceRequest, _ code: ErrorCode) -> ProduceResponse {
        ProduceResponse {
            $0.responses = request.topicData.map { topic in
                ProduceResponse.TopicProduceResponse {
                    $0.name = topic.name
                    $0.topicId = topic.topicId
                    $0.partitionResponses = topic.partitionData.map { refused($0.index, AppendRefusal(code)) }
                }
            }
        }
    }

    static func isAnswered(_ request: ProduceRequest) -> Bool { request.acks != 0 }

    // MARK: One partition

    /// The answer for one partition and, if the batch is in the log now, the offset behind it.
    private static func append(
        _ records: ByteSlice?, to partition: PartitionName, _ request: ProduceRequest, _ context: RequestContext,
        _ broker: isolated EmbeddedBroker
    ) -> (answer: ProduceResponse.PartitionProduceResponse, nextOffset: Int64?) {
        guard broker.topics.sizeInBytes + (records?.count ?? 0) <= broker.options.maximumLogBytes else {
            return (refused(partition.index, AppendRefusal(.kafkaStorageError)), nil)
        }
        let now = broker.clock.wall
        do throws(AppendRefusal) {
            guard let topic = broker.topics[partition.topic], let log = broker.topics.log(partition) else {
                throw AppendRefusal(.unknownTopicOrPartition)
            }
            let validator = BatchValidator(
                config: topic.logConfig, version: context.version, now: now, partition: log.name)
            let batch = try validator.onlyBatch(in: records)
            if batch.header.isTransactional { try verify(batch.header, log, partition, request, context, broker) }
            let answer = try broker.topics.withLog(partition) { (log, _) throws(AppendRefusal) in
                let appended = try log.append(batch, validator: validator)
                let answer = ProduceResponse.PartitionProduceResponse {
                    $0.index = partition.index
                    $0.baseOffset = appended.baseOffset
                    $0.logAppendTimeMs = appended.logAppendTimeMs
                    $0.logStartOffset = log.logStartOffset
                }
                return (answer, appended.nextOffset)
            }
            return answer ?? (refused(partition.index, AppendRefusal(.unknownTopicOrPartition)), nil)
        } catch {
            var answer = refused(partition.index, error)
            if error.isFromLog {
                answer.logStartOffset = broker.topics.log(partition)?.logStartOffset ?? -1
            }
            return (answer, nil)
        }
    }

    /// Insists that the coordinator knows of the transaction that a first batch belongs to, before the log is asked
    /// (KIP-890).
    private static func verify(
        _ header: RecordBatchHeader, _ log: PartitionLog, _ partition: PartitionName, _ request: ProduceRequest,
        _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) throws(AppendRefusal) {
        guard !log.producers.hasOpenTransaction(header) else { return }
        let addsPartition = context.version >= addsPartitions
        broker.topics.withLog(partition) { (log, _) in
            log.verifying(header, isFirstSequenceZero: addsPartition)
        }
        let id = request.transactionalId ?? ""
        let producer = ProducerIdentity(id: header.producerId, epoch: header.producerEpoch)
        do throws(AdminRefusal) {
            if addsPartition {
                try broker.transactions.add([partition], to: id, producer, broker.clock.monotonic)
                broker.armTick()
            } else {
                try broker.transactions.verify(partition, in: id, producer)
            }
        } catch {
            switch error.code {
            case .producerFenced: throw AppendRefusal(.invalidProducerEpoch, isFromLog: false)
            case .transactionAbortable where context.version < knowsAbortable:
                throw AppendRefusal(.invalidTxnState, isFromLog: false, message: error.message)
            case let code: throw AppendRefusal(code, isFromLog: false)
            }
        }
    }

    private static func refused(_ index: Int32, _ refusal: AppendRefusal) -> ProduceResponse.PartitionProduceResponse {
        ProduceResponse.PartitionProduceResponse {
            $0.index = index
            $0.errorCode = refusal.code.rawValue
            $0.baseOffset = -1
            $0.errorMessage = refusal.message
            $0.recordErrors = refusal.recordErrors.map { error in
                ProduceResponse.BatchIndexAndErrorMessage {
                    $0.batchIndex = error.batchIndex
                    $0.batchIndexErrorMessage = error.message
                }
            }
        }
    }

    // MARK: The whole request

    /// A partition that is named twice counts once, with its last records.
    private static func lastOfEach(
        _ data: [ProduceRequest.PartitionProduceData]
    ) -> [ProduceRequest.PartitionProduceData] {
        var last: [Int32: Int] = [:]
        for (place, partition) in data.enumerated() { last[partition.index] = place }
        return data.enumerated().filter { last[$0.element.index] == $0.offset }.map(\.element)
    }

    private static func hasTransactionalBatch(_ topic: ProduceRequest.TopicProduceData) -> Bool {
        topic.partitionData.contains { data in
            guard let records = data.records else { return false }
            var batches = RecordBatchSequence(records)
            while let batch = try? batches.next() {
                if batch.header.isTransactional { return true }
            }
            return false
        }
    }
}
