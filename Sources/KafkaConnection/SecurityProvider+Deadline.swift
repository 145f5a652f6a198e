import EventLoop

extension SecurityProvider {
    /// What holds now, asked for at most `limit`.
    func current(within limit: Duration, on loop: EventLoop) async -> Result<ConnectionSecurity, SecurityError> {
        // What is known needs no wait, not even that for the loop's next turn.
        if let fixed = self as? FixedSecurity { return .success(fixed.security) }
        return await withTaskGroup(of: Result<ConnectionSecurity, SecurityError>.self) { group in
            group.addTask {
                do throws(SecurityError) {
                    return .success(try await current())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                await loop.pause(limit)
                let milliseconds = Int64(limit / .milliseconds(1))
                return .failure(SecurityError("how to connect could not be found out within \(milliseconds) ms"))
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? .failure(SecurityError("how to connect could not be found out"))
        }
    }
}
