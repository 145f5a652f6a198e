import EventLoop
import KafkaClient
import LinkStore

/// A producer that goes on writing to paris, so that there is something to watch.
struct DemoTraffic: Sendable {
    let data: DemoData
    let loop: EventLoop

    /// Writes a few records four times a second until cancelled.
    func run() async {
        var number = 2_000
        while !Task.isCancelled {
            do throws(ClientError) {
                try await data.append(
                    "orders.v1", Int32(number / 5 % 4), numbers: number..<number + 5, atMs: WallClock.nowMs)
                number += 5
            } catch {
                // The user may have deleted the topic; the demo goes on without its traffic.
                return
            }
            await loop.pause(.milliseconds(250))
        }
    }
}
