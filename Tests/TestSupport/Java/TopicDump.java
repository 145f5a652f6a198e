import java.io.*;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic to its end and writes one line for each record, partition by partition, offset by offset. */
class TopicDump {
    static Answer run(Arguments a) throws Exception {
        Properties p = new Properties();
        p.put("bootstrap.servers", a.need("bootstrap"));
        p.put("isolation.level", a.getOrDefault("isolation", "read_committed"));
        p.put("auto.offset.reset", "none");
        p.put("enable.auto.commit", "false");
        p.put("check.crcs", "true");
        p.put("max.poll.records", "5000");
        p.put("max.partition.fetch.bytes", "8388608");
        p.put("default.api.timeout.ms", "30000");
        p.put("reconnect.backoff.max.ms", "500");
        // Changing the partition waits for the fetch under way, so no fetch may wait long.
        p.put("fetch.max.wait.ms", "10");
        p.putAll(a.starting("client."));
        String topic = a.need("topic");
        long deadline = System.currentTimeMillis() + a.big("timeoutMs", 120000), count = 0;
        MessageDigest all = MessageDigest.getInstance("SHA-256");
        Answer answer = new Answer();
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(p, bytes, bytes);
             OutputStream file = new BufferedOutputStream(new FileOutputStream(a.need("file")), 1 << 20)) {
            List<TopicPartition> partitions = new ArrayList<>();
            // A broker that has just come back may not know its topics yet.
            while (partitions.isEmpty() && System.currentTimeMillis() < deadline) {
                consumer.partitionsFor(topic).forEach(i -> partitions.add(new TopicPartition(topic, i.partition())));
                if (partitions.isEmpty()) Thread.sleep(50);
            }
            partitions.sort(Comparator.comparingInt(TopicPartition::partition));
            Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            for (TopicPartition partition : partitions) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                long records = 0, end = ends.get(partition);
                consumer.assign(List.of(partition));
                consumer.seek(partition, starts.get(partition));
                while (consumer.position(partition) < end) {
                    if (System.currentTimeMillis() > deadline) {
                        long position = consumer.position(partition);
                        throw new TimeoutException(partition + " read up to " + position + " of " + end);
                    }
                    for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofMillis(200))) {
                        if (r.offset() >= end) continue;
                        byte[] line = line(r).getBytes(StandardCharsets.UTF_8);
                        file.write(line);
                        digest.update(line);
                        all.update(line);
                        records++;
                    }
                }
                count += records;
                String number = "." + partition.partition();
                answer.with("start" + number, starts.get(partition)).with("end" + number, end);
                answer.with("records" + number, records).with("sha256" + number, hex(digest.digest(), 32));
            }
        }
        return answer.with("records", count).with("partitions", ends(answer)).with("sha256", hex(all.digest(), 32));
    }

    static long ends(Answer answer) { return answer.keySet().stream().filter(k -> k.startsWith("end.")).count(); }

    /** "partition offset timestamp type key value headers", each payload as length:hash, null as "-". */
    static String line(ConsumerRecord<byte[], byte[]> r) throws Exception {
        StringBuilder text = new StringBuilder(160);
        text.append(r.partition()).append(' ').append(r.offset()).append(' ').append(r.timestamp()).append(' ')
                .append(r.timestampType()).append(' ').append(payload(r.key())).append(' ').append(payload(r.value()));
        for (Header h : r.headers()) {
            String name = URLEncoder.encode(h.key(), StandardCharsets.UTF_8);
            text.append(' ').append(name).append('=').append(payload(h.value()));
        }
        return text.append('\n').toString();
    }

    static String payload(byte[] bytes) throws Exception {
        if (bytes == null) return "-";
        return bytes.length + ":" + hex(MessageDigest.getInstance("SHA-256").digest(bytes), 8);
    }

    static String hex(byte[] bytes, int count) {
        StringBuilder text = new StringBuilder(count * 2);
        for (int i = 0; i < count * 2; i++) {
            text.append(Character.forDigit(bytes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15, 16));
        }
        return text.toString();
    }
}
