import EventLoop

extension ClusterClient {
    /// Waits on the client's loop; ends early, without an error, when the task is cancelled.
    package nonisolated func pause(_ duration: Duration) async {
        await loop.pause(duration)
    }
}
