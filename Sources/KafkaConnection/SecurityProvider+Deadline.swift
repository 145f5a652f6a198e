import EventLoop

extension SecurityProvider {
    /// What holds now, asked for at most `limit`.
    func current(
        within limit: Duration, on loop: EventLoop, isolation: isolated (any Actor)? = #isolation
    ) async -> Result<ConnectionSecurity, SecurityError> {
        // What is known needs no wait, not even that for the loop's next turn.
        if let fixed = self as? FixedSecurity { return .success(fixed.security) }
        let answer = OneAnswer<Result<ConnectionSecurity, SecurityError>>()
        // Not a child: whoever looks may be stuck, and would be waited for.
        let asking = Task {
            // Where the caller lives, so that a busy machine does not take the time that there is.
            _ = isolation
            do throws(SecurityError) {
                answer.give(.success(try await current()))
            } catch {
                answer.give(.failure(error))
            }
        }
        answer.whenGiven { asking.cancel() }
        let milliseconds = Int64(limit / .milliseconds(1))
        return await answer.wait(
            within: limit, on: loop,
            late: .failure(SecurityError("how to connect could not be found out within \(milliseconds) ms")),
            cancelled: .failure(SecurityError("how to connect was not found out to the end")))
    }
}
