import Testing

@testable import LinkStore

@Suite("Lock machine")
struct LockMachineTests {
    private let other = ApplyLock(holder: "host 2", token: "theirs", expiresAtMs: 30_000)
    private let own = ApplyLock(holder: "host 1", token: "mine", expiresAtMs: 30_000)

    private func machine(waitUntilMs: Int64 = 0) -> LockMachine {
        LockMachine(token: "mine", waitUntilMs: waitUntilMs)
    }

    private func held() -> LockMachine {
        var machine = machine()
        _ = machine.committed()
        return machine
    }

    @Test func `takes a free lock: read, take over, commit`() {
        var machine = machine()
        #expect(machine.read(lock: nil, nowMs: 10) == .takeOver)
        #expect(machine.takenOver(lock: nil, nowMs: 10) == .commit)
        #expect(!machine.isHeld)
        #expect(machine.committed() == .done)
        #expect(machine.isHeld)
    }

    @Test func `a live lock is refused before anything is fenced`() {
        #expect(
            machine().read(lock: other, nowMs: 10_000) == .fail(.locked(holder: "host 2", remainingMs: 20_000)))
    }

    @Test func `an expired lock is free, and so is one's own`() {
        #expect(machine().read(lock: other, nowMs: 30_000) == .takeOver)
        #expect(machine().read(lock: own, nowMs: 10) == .takeOver)
    }

    @Test func `waits as long as it may, and no longer than the lock lives`() {
        let machine = machine(waitUntilMs: 29_900)
        #expect(machine.read(lock: other, nowMs: 0) == .wait(milliseconds: 1000))
        #expect(machine.read(lock: other, nowMs: 29_500) == .wait(milliseconds: 400))
        #expect(self.machine(waitUntilMs: 99_000).read(lock: other, nowMs: 29_700) == .wait(milliseconds: 300))
    }

    @Test func `a worker's task is waited for, also by an apply that waits for no other apply`() {
        let brief = ApplyLock(holder: "worker", token: "theirs", expiresAtMs: 30_000, isBrief: true)
        let machine = LockMachine(token: "mine", waitUntilMs: 0, waitForBriefUntilMs: 20_000)
        #expect(machine.read(lock: brief, nowMs: 0) == .wait(milliseconds: 1000))
        #expect(machine.read(lock: other, nowMs: 0) == .fail(.locked(holder: "host 2", remainingMs: 30_000)))
        #expect(machine.read(lock: brief, nowMs: 20_000) == .fail(.locked(holder: "worker", remainingMs: 10_000)))
        // A task gives way to whatever it meets.
        #expect(self.machine().read(lock: brief, nowMs: 0) == .fail(.locked(holder: "worker", remainingMs: 30_000)))
    }

    @Test func `a lock that appeared before the take-over wins`() {
        var machine = machine()
        #expect(
            machine.takenOver(lock: other, nowMs: 10_000) == .fail(.locked(holder: "host 2", remainingMs: 20_000)))
        var patient = self.machine(waitUntilMs: 50_000)
        #expect(patient.takenOver(lock: other, nowMs: 10_000) == .wait(milliseconds: 1000))
    }

    @Test func `an interrupted acquisition reads again, and gives up in the end`() {
        var machine = machine()
        for _ in 1..<LockMachine.interruptionLimit {
            #expect(machine.interrupted() == .pause(again: .read))
        }
        #expect(machine.interrupted() == .fail(.contended(attempts: 12)))
    }

    @Test func `a fenced holder goes on while the lock is its own, expired or not`() {
        var machine = held()
        #expect(machine.interrupted() == .pause(again: .takeOver))
        #expect(machine.takenOver(lock: own, nowMs: 99_000) == .commit)
        #expect(machine.committed() == .done)
    }

    @Test func `a fenced holder whose lock is gone stops`() {
        var machine = held()
        #expect(machine.takenOver(lock: other, nowMs: 0) == .fail(.fenced(holder: "host 2")))
        #expect(machine.takenOver(lock: nil, nowMs: 0) == .fail(.fenced(holder: nil)))
    }

    /// Two sessions in every order of their steps, with a store that fences like Kafka does.
    @Test func `of two sessions exactly one commits, in every interleaving`() {
        var outcomes: [Set<String>: Int] = [:]
        for order in 0..<(1 << 16) {
            var world = World()
            var step = 0
            while !world.isOver {
                world.advance(session: order >> (step % 16) & 1)
                step += 1
                if step > 2000 { break }
            }
            #expect(world.isOver)
            #expect(world.committed.count == 1, "order \(order)")
            outcomes[world.committed, default: 0] += 1
        }
        #expect(outcomes.keys.count == 2)
    }
}

/// Two machines and the store they share.
private struct World {
    var machines = [LockMachine(token: "0", waitUntilMs: 0), LockMachine(token: "1", waitUntilMs: 0)]
    var actions = [LockMachine.Action.read, .read]
    var epochs = [0, 0]
    var currentEpoch = 0
    var lock: ApplyLock?
    var committed: Set<String> = []
    /// A session that has its turn again and again while the other rests; pauses are random in truth.
    var isOver: Bool { actions.allSatisfy { isEnd($0) } }

    private func isEnd(_ action: LockMachine.Action) -> Bool {
        switch action {
        case .done, .fail: true
        default: false
        }
    }

    mutating func advance(session wanted: Int) {
        let index = isEnd(actions[wanted]) ? 1 - wanted : wanted
        switch actions[index] {
        case .read, .pause: actions[index] = machines[index].read(lock: lock, nowMs: 0)
        case .takeOver:
            currentEpoch += 1
            epochs[index] = currentEpoch
            actions[index] = machines[index].takenOver(lock: lock, nowMs: 0)
        case .commit:
            if epochs[index] == currentEpoch {
                lock = ApplyLock(holder: "\(index)", token: "\(index)", expiresAtMs: 30_000)
                committed.insert("\(index)")
                actions[index] = machines[index].committed()
            } else {
                actions[index] = machines[index].interrupted()
            }
        case .wait, .done, .fail: break
        }
    }
}
