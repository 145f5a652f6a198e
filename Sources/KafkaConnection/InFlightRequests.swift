import Bytes
import EventLoop
import KafkaProtocol

/// Requests that wait for their answer, oldest first: brokers answer in order.
struct InFlightRequests {
    typealias Answer = Result<ByteSlice, ConnectionError>

    /// One waiting request.
    struct Request {
        var correlationId: Int32
        var key: APIKey
        var timer: TimerToken?
        /// Nil once the waiter gave up; the answer is then dropped.
        var continuation: UnsafeContinuation<Answer, Never>?
    }

    private var requests: [Request] = []
    private var first = 0

    /// How many wait.
    var count: Int { requests.count - first }

    mutating func append(_ request: Request) {
        requests.append(request)
    }

    /// Removes the oldest.
    mutating func removeFirst() -> Request? {
        guard first < requests.count else { return nil }
        let request = requests[first]
        first += 1
        if first == requests.count {
            requests.removeAll(keepingCapacity: true)
            first = 0
        } else if first > 64 && first * 2 > requests.count {
            requests.removeFirst(first)
            first = 0
        }
        return request
    }

    /// Takes the waiter of a request that gave up, and leaves its place in the order.
    mutating func abandon(_ correlationId: Int32) -> Request? {
        for index in first..<requests.count where requests[index].correlationId == correlationId {
            let request = requests[index]
            requests[index].continuation = nil
            requests[index].timer = nil
            return request
        }
        return nil
    }
}

/// A request that waits until the peer took what was written before it.
struct HeldRequest {
    var request: InFlightRequests.Request
    /// Encodes it into the outbound buffer.
    var write: () throws(ConnectionError) -> Void
}
