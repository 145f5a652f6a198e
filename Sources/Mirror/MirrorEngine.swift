import EventLoop
import KafkaClient
import KafkaModel
import KafkaProtocol

/// Drives the partitions of one worker: a loop or more of fetches per source broker, a few lanes of appends per
/// destination broker, and probes in between.
///
/// Pinned to the event loop that both clients live on, so that a batch goes from socket to socket without changing
/// threads and without being copied.
package actor MirrorEngine {
    /// Names one loop of fetches.
    struct FetcherKey: Hashable {
        var broker: Int32
        var number: Int
    }

    /// Names one lane of appends.
    struct LaneKey: Hashable {
        var broker: Int32
        var lane: Int
    }

    /// The loop that this engine lives on.
    package nonisolated let loop: EventLoop
    nonisolated let source: ClusterClient
    nonisolated let destination: ClusterClient
    nonisolated let producer: ProducerIds
    private(set) var options: MirrorOptions
    nonisolated let memory: MemoryBudget

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    var pumps: [TopicPartition: PartitionPump] = [:]
    /// Topic names by id, for answers that name topics by id.
    var sourceNames: [KafkaUUID: String] = [:]
    var destinationNames: [KafkaUUID: String] = [:]
    var fetchSignals: [FetcherKey: Signal] = [:]
    var laneSignals: [LaneKey: Signal] = [:]
    /// Until when the lease allows to send.
    private(set) var leaseEnds: ContinuousClock.Instant?
    /// Why the lease was not extended when that was last tried; nil when it was.
    private(set) var leaseProblem: String?
    /// Until when batches of earlier owners may arrive in any partition.
    var quietUntil: ContinuousClock.Instant?
    /// Whether a fetcher found no memory left.
    var awaitsMemory = false
    /// Rotates the order of partitions in fetches, so that none starves behind large batches.
    var fetchTurn = 0
    private var tasks: [UInt64: Task<Void, Never>] = [:]
    private var nextTask: UInt64 = 0
    private var incarnations: UInt64 = 0
    private var sending = 0
    private var quiet: [UnsafeContinuation<Void, Never>] = []
    private(set) var isClosed = false

    /// An engine without partitions.
    package init(
        source: ClusterClient, destination: ClusterClient, producer: ProducerIds, options: MirrorOptions,
        loop: EventLoop
    ) {
        self.source = source
        self.destination = destination
        self.producer = producer
        self.options = options
        self.loop = loop
        memory = MemoryBudget(limitBytes: options.memoryBytes)
    }

    /// Takes over other limits and times, from the next request on.
    ///
    /// Another number of fetchers moves partitions from one loop to another, so the partitions are let go first; the
    /// caller extends the lease and sets the targets again.
    package func configure(_ options: MirrorOptions) async {
        guard options != self.options else { return }
        if options.fetchers != self.options.fetchers { await quiesce() }
        self.options = options
    }

    // MARK: Partitions

    /// Takes over which partitions are ours and what is wanted of each.
    ///
    /// Partitions that are no longer listed are let go.
    package func setTargets(_ targets: [MirrorTarget]) {
        let wanted = Dictionary(targets.map { ($0.mirror, $0) }, uniquingKeysWith: { first, _ in first })
        for (partition, pump) in pumps where !isSame(pump.machine.target, wanted[partition]) {
            pump.machine.release()
            pumps[partition] = nil
            keepLate(pump)
        }
        for target in targets {
            if let pump = pumps[target.mirror] {
                if pump.machine.desire != target.desire { pump.machine.want(target.desire) }
                advance(pump)
            } else {
                incarnations += 1
                let pump = PartitionPump(target, incarnation: incarnations)
                pumps[target.mirror] = pump
                if let id = target.sourceTopicId { sourceNames[id] = target.sourceTopic }
                if let id = target.topicId { destinationNames[id] = target.mirror.topic }
                pump.machine.start()
                advance(pump)
            }
        }
    }

    private func isSame(_ old: MirrorTarget, _ new: MirrorTarget?) -> Bool {
        guard let new else { return false }
        return old.sourceTopic == new.sourceTopic && old.sourceTopicId == new.sourceTopicId
            && old.topicId == new.topicId
    }

    /// Extends the lease: batches are sent until `instant` at the latest.
    package func extendLease(until instant: ContinuousClock.Instant) {
        let wasOver = !hasLease
        leaseEnds = instant
        leaseProblem = nil
        if wasOver { for signal in laneSignals.values { signal.raise() } }
    }

    /// Notes why the lease could not be extended.
    package func leaseNotExtended(_ reason: String) {
        leaseProblem = reason
    }

    /// Notes that partitions may come from another worker now.
    package func takeOver() {
        quietUntil = .now + .milliseconds(options.quietMs)
    }

    var hasLease: Bool { leaseEnds.map { $0 > .now } ?? false }

    /// Lets go of every partition and waits until no batch is on its way: before a group is joined again.
    package func quiesce() async {
        leaseEnds = nil
        for pump in pumps.values {
            pump.machine.release()
            keepLate(pump)
        }
        pumps = [:]
        wakeFetchers()
        if sending > 0 { await withUnsafeContinuation { quiet.append($0) } }
    }

    /// Ends all loops.
    ///
    /// The clients stay open; they belong to the caller.
    package func close() async {
        isClosed = true
        await quiesce()
        wakeFetchers()
        for signal in laneSignals.values { signal.raise() }
        for task in tasks.values { task.cancel() }
        while let task = tasks.first?.value { await task.value }
    }

    func sendingBegan() { sending += 1 }

    func sendingEnded() {
        sending -= 1
        guard sending == 0 else { return }
        let waiting = quiet
        quiet = []
        for continuation in waiting { continuation.resume() }
    }

    // MARK: Loops

    /// Does what a pump's machine asks for after any event.
    func advance(_ pump: PartitionPump) {
        guard !isClosed, pumps[pump.mirror] === pump else { return }
        if pump.machine.waitsForQuiet && isQuiet(pump) { pump.machine.becameQuiet() }
        switch pump.machine.phase {
        case .probing:
            if !pump.isProbing && !pump.machine.isSending { beginProbe(pump) }
        case .waiting:
            schedulePause(pump)
        case .copying:
            if pump.machine.fetchPosition != nil, let leader = pump.sourceLeader {
                wakeFetcher(FetcherKey(broker: leader.broker, number: pump.fetcher(of: options.fetchers)))
            }
            if pump.machine.hasBatch, let leader = pump.destinationLeader {
                wakeLane(LaneKey(broker: leader.broker, lane: pump.lane(of: options.produceLanes)))
            }
        case .idle, .failed, .stopped:
            break
        }
    }

    private func beginProbe(_ pump: PartitionPump) {
        pump.isProbing = true
        let mirror = pump.mirror
        start { engine in await engine.probe(mirror) }
    }

    private func schedulePause(_ pump: PartitionPump) {
        let generation = pump.machine.generation
        // One timer for each wait, however often the pump is advanced meanwhile.
        guard pump.pausedGeneration != generation else { return }
        pump.pausedGeneration = generation
        let doublings = Int64(min(max(pump.machine.attempts - 1, 0), 10))
        let pauseMs = min(options.firstPauseMs << doublings, options.maximumPauseMs)
        let partition = pump.mirror
        loop.schedule(after: .milliseconds(pauseMs)) { [weak self] in
            self?.assumeIsolated { engine in
                guard let pump = engine.pumps[partition], pump.machine.generation == generation else { return }
                pump.machine.pauseEnded(generation: generation)
                engine.advance(pump)
            }
        }
    }

    private func wakeFetcher(_ key: FetcherKey) {
        if let signal = fetchSignals[key] { return signal.raise() }
        fetchSignals[key] = Signal()
        start { engine in await engine.runFetcher(key) }
    }

    private func wakeLane(_ key: LaneKey) {
        if let signal = laneSignals[key] { return signal.raise() }
        laneSignals[key] = Signal()
        start { engine in await engine.runLane(key) }
    }

    /// Starts a task that `close` ends and awaits: the loops come and go with brokers, which no task group follows.
    private func start(_ body: @escaping @Sendable (isolated MirrorEngine) async -> Void) {
        nextTask += 1
        let number = nextTask
        tasks[number] = Task {
            await body(self)
            self.tasks[number] = nil
        }
    }

    /// Lets fetchers that found no memory look again.
    func memoryCameFree() {
        guard awaitsMemory else { return }
        awaitsMemory = false
        wakeFetchers()
    }

    /// Lets every fetcher look again.
    func wakeFetchers() {
        for signal in fetchSignals.values { signal.raise() }
    }

    func wait(on signal: Signal) async {
        await withUnsafeContinuation { signal.wait($0) }
    }
}
