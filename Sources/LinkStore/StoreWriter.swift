import Bytes
import EventLoop
import KafkaClient
import KafkaModel

/// One apply session on `__lockstep`: of two that overlap, exactly one writes (design: product.md §4).
///
/// Pinned to the client's loop. The topic must exist (`StoreTopic.create`). The lock is renewed from the moment it is
/// taken until `release`; trouble of the cluster is waited out meanwhile: that the lock expires harms only if somebody
/// takes it, and then the next `commit` says so.
package actor StoreWriter {
    /// Who wants the lock, and how patiently.
    package struct Options: Hashable, Sendable {
        /// Who, for people: host and process id.
        package var holder: String
        /// How long to wait for another session to end, in milliseconds (`--lock-timeout`).
        package var waitMs: Int64
        /// After this time without renewal others may take the lock, in milliseconds.
        package var timeToLiveMs: Int64
        /// Time between renewals, in milliseconds.
        package var renewEveryMs: Int64
        /// How long to wait for the task of a worker to end, in milliseconds.
        package var waitForBriefMs: Int64 = 60_000
        /// Whether this is the task of a worker, which ends within seconds; applies then wait for it.
        package var isBrief = false

        /// A session of `holder`.
        package init(holder: String, waitMs: Int64 = 0, timeToLiveMs: Int64 = 30_000, renewEveryMs: Int64 = 10_000) {
            self.holder = holder
            self.waitMs = waitMs
            self.timeToLiveMs = timeToLiveMs
            self.renewEveryMs = renewEveryMs
        }

        /// A session of a worker's task: it gives way at once when another session has the lock, and when its process
        /// dies the others wait a few seconds only.
        package static func brief(holder: String) -> Options {
            var options = Options(holder: holder, timeToLiveMs: 10_000, renewEveryMs: 3_000)
            options.waitForBriefMs = 0
            options.isBrief = true
            return options
        }
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { client.loop.asUnownedSerialExecutor() }

    private nonisolated let client: ClusterClient
    private nonisolated let options: Options
    private let cursor: StoreCursor
    private var machine: LockMachine
    private var transactions: StoreTransactions
    private var turn = Turn()
    private var failure: StoreError?
    /// Offset behind the last record of the last transaction.
    private var committedEnd: Int64 = 0
    /// Trouble of the cluster, not of another session, that interrupted the last transaction.
    private var trouble: ClientError?
    /// Whether a transaction with our lock was begun; only then can the lock be ours.
    private var hasWritten = false
    /// Renews the lock now and then.
    private var keeping: Task<Void, Never>?

    private init(_ client: ClusterClient, _ options: Options) {
        self.client = client
        self.options = options
        cursor = StoreCursor(client: client, lane: .fetch(-2), patience: .seconds(30))
        let now = WallClock.nowMs
        machine = LockMachine(
            token: RandomID.make(), waitUntilMs: now + options.waitMs,
            waitForBriefUntilMs: now + options.waitForBriefMs)
        transactions = StoreTransactions(client: client)
    }

    deinit { keeping?.cancel() }

    /// Gets the lock, or fails with `locked` when another session keeps it too long.
    ///
    /// When it fails or is cancelled half-way, no lock of its stays behind as far as the cluster can be reached.
    package static func acquire(
        on client: ClusterClient, _ options: Options
    ) async throws(StoreError) -> StoreWriter {
        let writer = StoreWriter(client, options)
        do throws(StoreError) {
            try await writer.acquire()
        } catch {
            // A task of its own: the caller may be cancelled.
            await Task { await writer.withdraw() }.value
            throw error
        }
        await writer.keep()
        return writer
    }

    /// Everything the topic holds as of the last `commit` or `refresh`.
    package var contents: StoreContents { cursor.fold.contents }

    /// Reads what was written since, such as reports of workers.
    package func refresh() async throws(StoreError) -> StoreContents {
        try await exclusively { (self) async throws(StoreError) in
            try await self.cursor.readToEnd()
            return self.contents
        }
    }

    /// Waits for something new in the topic, at most `maximumWaitMs`, and reads it.
    package func follow(maximumWaitMs: Int32) async throws(StoreError) -> StoreContents {
        try await exclusively { (self) async throws(StoreError) in
            try await self.cursor.readOn(maximumWaitMs: maximumWaitMs)
            return self.contents
        }
    }

    /// Writes all changes in one transaction, and reads them back.
    ///
    /// A record that this version cannot read is never overwritten. A session that was fenced takes over again and goes
    /// on if the lock is still its own; otherwise this and every later call fails with `fenced`.
    ///
    /// - Returns: the offset behind the last record that was written.
    @discardableResult
    package func commit(_ changes: [StoreChange]) async throws(StoreError) -> Int64 {
        try await exclusively { (self) async throws(StoreError) in
            for change in changes { try self.contents.insist(on: change.key, cluster: self.client.name) }
            try await self.run(.commit, changes)
            return self.committedEnd
        }
    }

    /// Ends the session and removes its lock, also when the caller is cancelled; afterwards nothing can be written
    /// through it.
    package func release() async throws(StoreError) {
        keeping?.cancel()
        let outcome = await Task { () async -> Result<Void, StoreError> in
            do throws(StoreError) {
                return .success(try await self.removeLock())
            } catch {
                return .failure(error)
            }
        }.value
        try outcome.get()
    }

    // MARK: Holding the lock

    private func keep() {
        keeping = Task { [weak self, client, options] in
            repeat {
                await client.pause(.milliseconds(options.renewEveryMs))
            } while await self?.renew() == true
        }
    }

    /// Whether there is a lock to renew the next time.
    private func renew() async -> Bool {
        guard !Task.isCancelled, failure == nil else { return false }
        do throws(StoreError) {
            try await commit([])
        } catch {
            return !error.isLockLost
        }
        return true
    }

    private func removeLock() async throws(StoreError) {
        try await exclusively { (self) async throws(StoreError) in
            guard self.machine.isHeld, self.failure == nil else { return }
            do throws(StoreError) {
                try await self.run(.commit, nil)
            } catch {
                // The lock is not ours any more, or its removal came through although the answer did not.
                if !error.isLockLost { throw error }
            }
            self.failure = StoreError(.fenced(holder: nil), cluster: self.client.name)
        }
    }

    /// Removes the lock of a session that was given up while it took it: its transaction may have come through.
    private func withdraw() async {
        guard hasWritten else { return }
        for _ in 0..<Self.withdrawals {
            do throws(StoreError) {
                let action = try await takeOver()
                guard case .pause = action else {
                    guard contents.lock?.token == machine.token, let producer = transactions.producer else { return }
                    _ = try await commitOnce(nil, of: producer)
                    return
                }
                await client.pause(.milliseconds(client.retry.pauseMs(after: 1)))
            } catch {
                return
            }
        }
    }

    /// How often a lock is tried to be withdrawn while its transaction is being ended.
    private static let withdrawals = 10

    private func acquire() async throws(StoreError) {
        try await exclusively { (self) async throws(StoreError) in try await self.run(.read, []) }
    }

    /// Runs the machine to its end; `changes` nil means that the lock is removed.
    private func run(_ first: LockMachine.Action, _ changes: [StoreChange]?) async throws(StoreError) {
        if let failure { throw failure }
        var action = first
        while true {
            switch action {
            case .done: return
            case .fail(let reason): throw fail(reason)
            case .wait(let milliseconds):
                try await cursor.readOn(maximumWaitMs: Int32(clamping: milliseconds))
                action = machine.read(lock: try lock(), nowMs: WallClock.nowMs)
            case .read:
                try await cursor.readToEnd()
                action = machine.read(lock: try lock(), nowMs: WallClock.nowMs)
            case .pause(let again):
                await client.pause(.milliseconds(Int64.random(in: 20...300)))
                action = again == .read ? .read : .takeOver
            case .takeOver:
                action = try await takeOver()
            case .commit:
                // A commit that was refused or cancelled half-way leaves the session without an identity.
                guard let producer = transactions.producer else {
                    action = .takeOver
                    continue
                }
                action = try await commitOnce(changes, of: producer)
            }
        }
    }

    private func takeOver() async throws(StoreError) -> LockMachine.Action {
        do throws(ClientError) {
            var transactions = self.transactions
            try await transactions.takeOver()
            self.transactions = transactions
        } catch {
            return try interrupted(by: error)
        }
        try await cursor.readToEnd()
        return machine.takenOver(lock: try lock(), nowMs: WallClock.nowMs)
    }

    private func commitOnce(
        _ changes: [StoreChange]?, of producer: ProducerIdentity
    ) async throws(StoreError) -> LockMachine.Action {
        hasWritten = true
        let nowMs = WallClock.nowMs
        // Each transaction carries the lock, so it is renewed by work and cannot be lost unnoticed.
        let lock = ApplyLock(
            holder: options.holder, token: machine.token, expiresAtMs: nowMs + options.timeToLiveMs,
            isBrief: options.isBrief)
        let all = (changes ?? []) + [changes == nil ? .removeLock : .putLock(lock)]
        let contents = cursor.fold.contents
        let records = all.flatMap { $0.records(in: contents) }
        let last: Int64
        do throws(ClientError) {
            var transactions = self.transactions
            defer { self.transactions = transactions }
            last = try await transactions.commit(records, of: producer, nowMs: nowMs)
        } catch {
            return try interrupted(by: error)
        }
        trouble = nil
        committedEnd = last + 1
        try await cursor.readPast(last)
        return machine.committed()
    }

    private func interrupted(by error: ClientError) throws(StoreError) -> LockMachine.Action {
        guard error.isTransactionLost else { throw StoreError(.client(error), cluster: client.name) }
        trouble = error.isFenced || error.isOfRace ? nil : error
        return machine.interrupted()
    }

    private func lock() throws(StoreError) -> ApplyLock? {
        try contents.insist(on: .lock, cluster: client.name)
        return contents.lock
    }

    private func fail(_ reason: LockMachine.Failure) -> StoreError {
        let code: StoreError.Code
        switch (reason, trouble) {
        // Who else has the lock was read; it explains more than what went wrong on the way.
        case (.locked(let holder, let remainingMs), _): code = .locked(holder: holder, remainingMs: remainingMs)
        case (.fenced(let holder?), _): code = .fenced(holder: holder)
        case (.fenced(nil), let trouble?), (.contended, let trouble?):
            return StoreError(.client(trouble), cluster: client.name)
        case (.fenced(nil), nil): code = .fenced(holder: nil)
        case (.contended(let attempts), nil): code = .contended(attempts: attempts)
        }
        let error = StoreError(code, cluster: client.name)
        failure = error
        return error
    }

    // MARK: One at a time

    /// A transaction must not begin while another is open, although each `await` lets other calls in.
    private func exclusively<Value: Sendable>(
        _ operation: @Sendable (isolated StoreWriter) async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        await withUnsafeContinuation { turn.enter($0) }
        defer { turn.leave() }
        return try await operation(self)
    }
}
