import EventLoop
import Foundation
import Synchronization
import TestSupport
import Testing

/// What happens on a loop, from any thread, in which order, and after its end.
@Suite(.timeLimit(.minutes(1))) struct EventLoopTests {
    @Test func `timers fire in the order of their deadlines`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let journal = Journal()
        loop.submit {
            for delay in [60, 20, 40, 0] {
                loop.schedule(after: .milliseconds(delay)) { journal.note("\(delay)") }
            }
        }
        try await waitUntil("all timers fired") { journal.all.count == 4 }
        #expect(journal.all == ["0", "20", "40", "60"])
    }

    @Test func `a cancelled timer does not fire, and one that fired may be cancelled`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let journal = Journal()
        loop.submit {
            let early = loop.schedule(after: .zero) { journal.note("early") }
            let never = loop.schedule(after: .milliseconds(20)) { journal.note("never") }
            loop.schedule(after: .milliseconds(10)) {
                loop.cancel(early)
                loop.cancel(never)
            }
            loop.schedule(after: .milliseconds(40)) { journal.note("last") }
        }
        try await waitUntil("the last timer fired") { journal.all.contains("last") }
        #expect(journal.all == ["early", "last"])
    }

    @Test func `many timers that are cancelled are swept out without losing the others`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let journal = Journal()
        loop.submit {
            for number in 0..<1000 {
                let timer = loop.schedule(after: .milliseconds(number % 50)) { journal.note("\(number)") }
                if number % 10 != 0 { loop.cancel(timer) }
            }
        }
        try await waitUntil("the timers that are left fired") { journal.all.count >= 100 }
        #expect(Set(journal.all) == Set(stride(from: 0, to: 1000, by: 10).map { "\($0)" }))
    }

    @Test func `a cancelled task leaves its pause at once`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let start = ContinuousClock.now
        await withTaskGroup { group in
            group.addTask { await loop.pause(.seconds(600)) }
            group.addTask {
                await loop.pause(.milliseconds(5))
            }
            await group.next()
            group.cancelAll()
        }
        #expect(start.duration(to: .now) < .seconds(60))
    }

    @Test func `what other threads submit runs on the loop, each thread's in its order`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let seen = Mutex<[Int: [Int]]>([:])
        let strangers = Atomic<Int>(0)
        for thread in 0..<4 {
            Thread.detachNewThread {
                for number in 0..<1000 {
                    loop.submit {
                        if !loop.isCurrent { strangers.add(1, ordering: .relaxed) }
                        seen.withLock { $0[thread, default: []].append(number) }
                    }
                }
            }
        }
        try await waitUntil("everything ran") { seen.withLock { $0.values.reduce(0) { $0 + $1.count } } == 4000 }
        #expect(seen.withLock { $0.values.allSatisfy { $0 == Array(0..<1000) } })
        #expect(strangers.load(ordering: .relaxed) == 0)
    }

    @Test func `a loop that always has something to do lets timers fire`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let hasFired = Atomic<Bool>(false)
        @Sendable func again() {
            if !hasFired.load(ordering: .relaxed) { loop.submit(again) }
        }
        loop.submit(again)
        loop.submit { loop.schedule(after: .milliseconds(20)) { hasFired.store(true, ordering: .relaxed) } }
        try await waitUntil("the timer fired") { hasFired.load(ordering: .relaxed) }
    }

    // MARK: The end

    @Test func `what is submitted after the end runs all the same`() async throws {
        for _ in 0..<50 {
            let loop = try EventLoop()
            loop.stop()
            for _ in 0..<3 {
                let ran = Atomic<Bool>(false)
                loop.submit { ran.store(loop.isCurrent, ordering: .relaxed) }
                try await waitUntil("the action ran", every: .milliseconds(1)) { ran.load(ordering: .relaxed) }
                loop.stop()
            }
        }
    }

    @Test func `actors of a stopped loop go on, and so do their pauses`() async throws {
        let loop = try EventLoop()
        let resident = Resident(loop: loop)
        #expect(await resident.isAtHome())
        loop.stop()
        #expect(await resident.isAtHome())
        await loop.pause(.milliseconds(30))
        #expect(await resident.pauses())
    }

    @Test func `the thread of a stopped loop ends, whatever timers nobody waits for`() async throws {
        weak var watched: EventLoop?
        do {
            let loop = try EventLoop()
            watched = loop
            let resident = Resident(loop: loop)
            await resident.setTimer(.seconds(600))
            loop.stop()
        }
        try await waitUntil("the loop is gone") { watched == nil }
    }
}

/// What happened, in order.
final class Journal: Sendable {
    private let entries = Mutex<[String]>([])
    func note(_ entry: String) { entries.withLock { $0.append(entry) } }
    var all: [String] { entries.withLock { $0 } }
}

/// An actor that lives on a loop.
private actor Resident {
    let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop) {
        self.loop = loop
    }

    func isAtHome() -> Bool { loop.isCurrent }

    func pauses() async -> Bool {
        await loop.pause(.milliseconds(5))
        return loop.isCurrent
    }

    func setTimer(_ delay: Duration) {
        loop.schedule(after: delay) {}
    }
}
