import Bytes
import EventLoop
import KafkaProtocol

extension EmbeddedBroker {
    /// What becomes of one request.
    func outcome(of frame: ByteSlice, _ connection: BrokerConnection) async -> RequestOutcome {
        guard let (header, body) = try? RequestHeader.decode(frame), let handler = HandlerTable.handler(header.apiKey)
        else { return .close }
        let key = HandlerTable.key(of: handler)
        requestCounts[key, default: 0] += 1
        let context = RequestContext(header: header, connection: connection.id)
        guard offered(handler)?.contains(header.apiVersion) == true else {
            return key == .apiVersions ? ApiVersionsHandler.unsupportedVersion(context) : .close
        }
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

    /// Waits until something happens to one of the partitions, at most until `deadline` on the monotonic clock.
    ///
    /// - Parameter seen: `changeCount` from before the caller looked. What happened since then, also while the call was
    ///   on its way here, ends the wait at once.
    func waitForChange(of partitions: [PartitionName], until deadline: Int64, since seen: UInt64) async {
        let left = deadline - clock.monotonic
        guard left > 0, !isStopped else { return }
        let number = nextNumber()
        await withUnsafeContinuation { continuation in
            guard seen == changeCount, !isStopped else { return continuation.resume() }
            let timer = loop.schedule(after: .milliseconds(left)) { [weak self] in
                self?.assumeIsolated { $0.endWait(number) }
            }
            waits.add(number, partitions, timer, continuation)
        }
    }

    /// Wakes those who wait for a partition.
    func changed(_ partition: PartitionName) {
        changeCount += 1
        for number in waits.waiting(for: partition) { endWait(number) }
    }

    /// Ends one wait.
    func endWait(_ number: UInt64) {
        if let timer = waits.end(number) { loop.cancel(timer) }
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
            changed(order.partition)
        }
        armTick()
    }
}
