import java.util.*;
import java.util.concurrent.atomic.AtomicLong;

/** The arguments of one request. */
class Arguments extends TreeMap<String, String> {
    String need(String key) {
        if (!containsKey(key)) throw new IllegalArgumentException("argument " + key + " is missing");
        return get(key);
    }
    int number(String key, int standard) { return Integer.parseInt(getOrDefault(key, "" + standard)); }
    long big(String key, long standard) { return Long.parseLong(getOrDefault(key, "" + standard)); }
    /** The entries whose key starts with the prefix, without it. */
    Map<String, String> starting(String prefix) {
        Map<String, String> found = new TreeMap<>();
        forEach((k, v) -> { if (k.startsWith(prefix)) found.put(k.substring(prefix.length()), v); });
        return found;
    }
}

class Answer extends LinkedHashMap<String, Object> {
    Answer with(String key, Object value) { put(key, value); return this; }
}

/** A running production: its counters, and the wish to end it. */
class Job {
    final AtomicLong acknowledged = new AtomicLong(), failed = new AtomicLong(), bytes = new AtomicLong();
    volatile boolean stop;
    volatile String failure = "";
}
