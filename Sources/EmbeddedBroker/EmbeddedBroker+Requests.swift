import Bytes
import EventLoop
import KafkaProtocol

extension EmbeddedBroker {
    /// What becomes of one request.
    func outcome(of frame: ByteSlice, _ connection: BrokerConnection) async -> RequestOutcome {
        if connection.authentication.takesBareMessages { return bareAnswer(to: frame, connection) }
        guard let (header, body) = try? RequestHeader.decode(frame), let handler = HandlerTable.handler(header.apiKey)
        else { return .close }
        let key = HandlerTable.key(of: handler)
        requestCounts[key, default: 0] += 1
        let admission = connection.authentication.admit(key, nowMs: clock.monotonic)
        if case .closes = admission { return .close }
        let context = RequestContext(header: header, connection: connection)
        guard offered(handler)?.contains(header.apiVersion) == true else {
            return key == .apiVersions ? ApiVersionsHandler.unsupportedVersion(context) : .close
        }
        if case .refused = admission { return await handler.handle(body, context, .fail(.illegalSaslState), self) }
        let interception = interceptions.decide(key, InterceptedRequest(header: header, body: body))
        switch interception {
        case .pass, .fail, .dropAfter, .holdReply: break
        case .delay(let duration): await loop.pause(duration)
        case .dropBefore: return .close
        case .hold(let gate): await wait(at: gate)
        }
        return await handler.handle(body, context, interception, self)
    }

    /// Versions of an API that this broker offers; nil when it is left out.
    func offered(_ handler: any RequestHandler.Type) -> ClosedRange<Int16>? {
        options.versions[HandlerTable.key(of: handler)] ?? handler.advertised
    }

    // MARK: Waiting

    /// Waits until a gate is open or the broker stops.
    func wait(at gate: RequestGate) async {
        guard !isStopped else { return }
        gates[ObjectIdentifier(gate)] = gate
        await gate.pass()
    }

    /// Answers a request as soon as it may be answered, at the latest at its deadline.
    ///
    /// The first attempt and the watch are one step on this actor, and a change makes the next attempt in the step that
    /// tells of it: no change falls between a look and a wait, and none is looked at after the next one has hidden it.
    func complete<Operation: DelayedOperation>(_ operation: Operation) async -> Operation.Response {
        await withUnsafeContinuation { continuation in
            var waiting = operation
            let attempt: Purgatory.Attempt = { broker, isLast in
                let answer = waiting.answer(broker) ?? (isLast ? waiting.lateAnswer(broker) : nil)
                if let answer { continuation.resume(returning: answer) }
                return answer != nil
            }
            let left = operation.deadline - clock.monotonic
            if attempt(self, left <= 0 || isStopped) { return }
            let number = nextNumber()
            let timer = loop.schedule(after: .milliseconds(left)) { [weak self] in
                self?.assumeIsolated { $0.attempt([number], isLast: true) }
            }
            purgatory.add(number, operation.partitions, deadline: operation.deadline, timer, attempt)
        }
    }

    /// Tells those who wait for one of the partitions that something happened to it.
    func changed(_ partitions: [PartitionName]) {
        attempt(purgatory.watching(partitions), isLast: false)
    }

    /// Answers those of the waiting requests that may be answered; all of them when it is their last attempt.
    func attempt(_ numbers: [UInt64], isLast: Bool) {
        for number in numbers {
            guard let attempt = purgatory.attempt(number), attempt(self, isLast) else { continue }
            if let timer = purgatory.remove(number) { loop.cancel(timer) }
        }
    }

    // MARK: Groups and transactions

    /// Answers the requests that a change in a group made due.
    func perform(_ actions: [GroupAction]) {
        for action in actions {
            switch action {
            case .joined(let ticket, let response): joins.removeValue(forKey: ticket)?.resume(returning: response)
            case .synced(let ticket, let response): syncs.removeValue(forKey: ticket)?.resume(returning: response)
            }
        }
        armTick()
    }

    /// Writes the markers that the end of a transaction asks for.
    func write(_ orders: [MarkerOrder]) {
        let now = clock.wall
        for order in orders {
            // A topic may be gone by now, or a newer epoch may have written: then there is nothing to mark.
            _ = try? topics.withLog(order.partition) { (log, _) throws(AppendRefusal) in
                try log.appendMarker(
                    EndTransactionMarker(isCommit: order.isCommit, coordinatorEpoch: 0),
                    producerId: order.producerId, producerEpoch: order.producerEpoch, now: now)
            }
        }
        changed(orders.map(\.partition))
        armTick()
    }
}
