import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What consumer groups do, and what they have committed; "groups" is a list of names, "partitions" a number. */
class GroupWork {
    /** Commits growing offsets of every group on every partition, round after round, until it is stopped. */
    static Answer load(Arguments a, Job job) throws Exception {
        Map<TopicPartition, Long> ends = ends(a);
        for (long round = 1; !job.stop; round++) {
            List<AlterConsumerGroupOffsetsResult> commits = new ArrayList<>();
            for (String group : names(a)) {
                Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
                long now = round;
                ends.forEach((p, end) -> offsets.put(p, new OffsetAndMetadata(Math.min(now, end), "round " + now)));
                commits.add(KafkaProbe.admin(a).alterConsumerGroupOffsets(group, offsets));
            }
            for (AlterConsumerGroupOffsetsResult commit : commits) commit.all().get();
            job.acknowledged.set(round);
        }
        return KafkaProbe.progress(job);
    }

    /**
     * Looks again and again what the groups have committed, and how long "other" takes to have at least that; the
     * answer is the longest time in milliseconds, and how often it was looked.
     */
    static Answer watch(Arguments a, Job job) throws Exception {
        Arguments other = other(a);
        List<String> times = new ArrayList<>();
        while (!job.stop) {
            long began = System.nanoTime();
            Map<String, Map<TopicPartition, OffsetAndMetadata>> wanted = committed(a);
            while (!reaches(committed(other), wanted)) {
                if (System.nanoTime() - began > 60_000_000_000L) throw new TimeoutException("offsets do not follow");
                Thread.sleep(20);
            }
            times.add(String.valueOf((System.nanoTime() - began) / 1_000_000));
            job.acknowledged.set(times.size());
        }
        return new Answer().with("times", String.join(",", times));
    }

    static boolean reaches(Map<String, Map<TopicPartition, OffsetAndMetadata>> seen,
            Map<String, Map<TopicPartition, OffsetAndMetadata>> wanted) {
        for (Map.Entry<String, Map<TopicPartition, OffsetAndMetadata>> group : wanted.entrySet()) {
            for (Map.Entry<TopicPartition, OffsetAndMetadata> p : group.getValue().entrySet()) {
                OffsetAndMetadata there = seen.get(group.getKey()).get(p.getKey());
                if (there == null || there.offset() < p.getValue().offset()) return false;
            }
        }
        return true;
    }

    /** How many offsets there are, how many of them differ on "other", and how many there have a leader epoch. */
    static Answer compare(Arguments a) throws Exception {
        long offsets = 0, different = 0, epochs = 0;
        Map<String, Map<TopicPartition, OffsetAndMetadata>> there = committed(other(a));
        for (Map.Entry<String, Map<TopicPartition, OffsetAndMetadata>> group : committed(a).entrySet()) {
            for (Map.Entry<TopicPartition, OffsetAndMetadata> p : group.getValue().entrySet()) {
                OffsetAndMetadata mirror = there.get(group.getKey()).get(p.getKey());
                offsets++;
                boolean same = mirror != null && mirror.offset() == p.getValue().offset()
                        && mirror.metadata().equals(p.getValue().metadata());
                if (!same) different++;
                if (mirror != null && mirror.leaderEpoch().isPresent()) epochs++;
            }
        }
        return new Answer().with("offsets", offsets).with("different", different).with("epochs", epochs);
    }

    static Map<String, Map<TopicPartition, OffsetAndMetadata>> committed(Arguments a) throws Exception {
        Map<String, KafkaFuture<Map<TopicPartition, OffsetAndMetadata>>> asked = new LinkedHashMap<>();
        for (String group : names(a)) {
            asked.put(group, KafkaProbe.admin(a).listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        }
        Map<String, Map<TopicPartition, OffsetAndMetadata>> found = new LinkedHashMap<>();
        for (String group : asked.keySet()) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(asked.get(group).get());
            offsets.keySet().removeIf(p -> !p.topic().equals(a.need("topic")));
            found.put(group, offsets);
        }
        return found;
    }

    /**
     * A consumer of each group reads on from where the group stands, those of the first groups are started a second time;
     * the answer is the first record's offset of each group and partition as "group/partition", and what went wrong as
     * "problem".
     */
    static Answer resume(Arguments a) throws Exception {
        Map<TopicPartition, Long> ends = ends(a);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        Map<String, Future<Map<Integer, Long>>> reading = new LinkedHashMap<>();
        List<String> twice = names(a).subList(0, Math.min(4, names(a).size()));
        for (String group : names(a)) reading.put(group, pool.submit(() -> {
            Map<Integer, Long> first = read(a, group, ends);
            Map<Integer, Long> again = twice.contains(group) ? read(a, group, ends) : first;
            if (!first.equals(again)) throw new IllegalStateException("started again: " + first + " " + again);
            return first;
        }));
        pool.shutdown();
        Answer answer = new Answer();
        for (String group : reading.keySet()) {
            try {
                reading.get(group).get().forEach((p, offset) -> answer.with(group + "/" + p, offset));
            } catch (ExecutionException error) {
                answer.with("problem", group + ": " + error.getCause());
            }
        }
        return answer;
    }

    /** The offset of the first record that a new member of the group gets of each partition that has more. */
    static Map<Integer, Long> read(Arguments a, String group, Map<TopicPartition, Long> ends) throws Exception {
        Map<Integer, Long> first = new TreeMap<>();
        long deadline = System.currentTimeMillis() + 30000;
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(a, group)) {
            consumer.subscribe(List.of(a.need("topic")));
            while (System.currentTimeMillis() < deadline) {
                for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofMillis(100))) {
                    first.putIfAbsent(r.partition(), r.offset());
                }
                Set<TopicPartition> open = consumer.assignment();
                if (open.size() < ends.size()) continue;
                boolean isDone = true;
                for (TopicPartition p : open) {
                    if (!first.containsKey(p.partition()) && consumer.position(p) < ends.get(p)) isDone = false;
                }
                if (isDone) return first;
            }
        }
        throw new TimeoutException("it got " + first.size() + " of " + ends.size() + " partitions in 30 s");
    }

    /** A member of the first group until it is stopped; commits what it reads if "commit" is given. */
    static Answer hold(Arguments a, Job job) throws Exception {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(a, names(a).get(0))) {
            consumer.subscribe(List.of(a.need("topic")));
            while (!job.stop) {
                consumer.poll(Duration.ofMillis(50));
                if (consumer.assignment().isEmpty()) continue;
                if (a.containsKey("commit")) consumer.commitSync();
                job.acknowledged.incrementAndGet();
            }
        }
        return KafkaProbe.progress(job);
    }

    static KafkaConsumer<byte[], byte[]> consumer(Arguments a, String group) {
        Properties p = new Properties();
        p.put("bootstrap.servers", a.need("bootstrap"));
        p.put("group.id", group);
        p.put("auto.offset.reset", "none");
        p.put("enable.auto.commit", "false");
        p.put("max.poll.records", "1000");
        p.put("max.partition.fetch.bytes", "20000");
        p.put("fetch.max.wait.ms", "50");
        p.putAll(a.starting("client."));
        return new KafkaConsumer<>(p, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static Map<TopicPartition, Long> ends(Arguments a) throws Exception {
        Map<TopicPartition, OffsetSpec> wish = new HashMap<>();
        for (int p = 0; p < a.number("partitions", 1); p++) {
            wish.put(new TopicPartition(a.need("topic"), p), OffsetSpec.latest());
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        KafkaProbe.admin(a).listOffsets(wish).all().get().forEach((p, found) -> ends.put(p, found.offset()));
        return ends;
    }

    static List<String> names(Arguments a) { return List.of(a.need("groups").split(",")); }

    static Arguments other(Arguments a) {
        Arguments other = new Arguments();
        other.putAll(a);
        other.put("bootstrap", a.need("other"));
        return other;
    }
}
