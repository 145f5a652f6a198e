import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes a mixture of records: every codec, sizes from 10 B to 1 MB, null keys and values, odd headers. */
class MixedProduction {
    static Answer run(Arguments a, Job job) throws Exception {
        String[] codecs = a.getOrDefault("codecs", "none,gzip,snappy,lz4,zstd").split(",");
        List<Producer<byte[], byte[]>> producers = new ArrayList<>();
        for (String codec : codecs) producers.add(producer(a, codec));
        boolean transactional = a.containsKey("transaction");
        try {
            for (Producer<byte[], byte[]> p : producers) {
                if (!transactional) continue;
                p.initTransactions();
                p.beginTransaction();
            }
            send(a, job, producers);
            for (Producer<byte[], byte[]> p : producers) {
                p.flush();
                if (!transactional) continue;
                if (a.get("transaction").equals("abort")) p.abortTransaction(); else p.commitTransaction();
            }
        } finally {
            for (Producer<byte[], byte[]> p : producers) p.close(Duration.ofSeconds(30));
        }
        return KafkaProbe.progress(job);
    }

    static Producer<byte[], byte[]> producer(Arguments a, String codec) {
        Properties p = new Properties();
        p.put("bootstrap.servers", a.need("bootstrap"));
        p.put("compression.type", codec);
        p.put("acks", "all");
        p.put("linger.ms", "5");
        p.put("batch.size", a.getOrDefault("batchSize", "65536"));
        p.put("buffer.memory", "16777216");
        p.put("reconnect.backoff.max.ms", "500");
        if (a.containsKey("transaction")) p.put("transactional.id", a.need("topic") + codec + UUID.randomUUID());
        p.putAll(a.starting("client."));
        return new KafkaProducer<>(p, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static void send(Arguments a, Job job, List<Producer<byte[], byte[]>> producers) throws Exception {
        long records = a.big("records", 1000), rate = a.big("rate", 0), began = System.nanoTime();
        long volume = a.big("volume", records * 1000);
        int partitions = a.number("partitions", 1);
        Random random = new Random(a.big("seed", 1));
        int smallest = a.number("minSize", 10), largest = a.number("maxSize", 1000000);
        RecordSizes sizes = new RecordSizes(smallest, largest, Math.max(smallest + 1, volume / Math.max(records, 1)));
        // Half of the values cannot be compressed, half by about two: much more, and the producer, guessing the size of
        // the next batch from that of the last, would build batches the broker refuses.
        byte[] noise = new byte[1 << 21], text = new byte[1 << 21];
        random.nextBytes(noise);
        for (int i = 0; i < text.length; i++) text[i] = (byte) "acdeiklnopqrst -".charAt(noise[i] & 15);
        for (long i = 0; i < records && !job.stop; i++) {
            // Both extremes always occur, the largest with every codec; the rest is skewed.
            boolean isExtreme = i <= producers.size();
            int size = i == 0 ? smallest : isExtreme ? largest : sizes.next(random);
            byte[] from = random.nextBoolean() ? noise : text;
            int start = random.nextInt(from.length - size), kind = random.nextInt(80);
            byte[] value = Arrays.copyOfRange(from, start, start + size);
            if (!isExtreme && kind < 4) value = kind == 0 ? new byte[0] : null;
            boolean hasKey = random.nextInt(5) > 0;
            byte[] key = hasKey ? ("key-" + random.nextInt(5000)).getBytes(StandardCharsets.UTF_8) : null;
            int partition = random.nextInt(partitions);
            Long time = timestamp(a, i, random);
            producers.get((int) (i % producers.size())).send(
                    new ProducerRecord<>(a.need("topic"), partition, time, key, value, headers(random)),
                    (where, error) -> {
                        if (error != null) job.failure = error.toString();
                        (error == null ? job.acknowledged : job.failed).incrementAndGet();
                    });
            job.bytes.addAndGet((key == null ? 0 : key.length) + (value == null ? 0 : value.length));
            if (rate > 0) pace(began, i + 1, rate);
        }
    }

    static Long timestamp(Arguments a, long index, Random random) {
        if (!a.containsKey("timestamp")) return null;
        return a.big("timestamp", 0) + index + random.nextInt(1000);
    }

    static RecordHeaders headers(Random random) {
        RecordHeaders headers = new RecordHeaders();
        switch (random.nextInt(8)) {
            case 0: headers.add("trace", new byte[] {1, 2, 3}); break;
            case 1: headers.add("nothing", null); break;
            case 2: headers.add("twice", new byte[] {1}).add("twice", new byte[] {2}); break;
            case 3: headers.add("", new byte[0]).add("größe ü", "€".getBytes(StandardCharsets.UTF_8)); break;
            default: break;
        }
        return headers;
    }

    static void pace(long began, long sent, long rate) throws InterruptedException {
        long ahead = sent * 1000000000L / rate - (System.nanoTime() - began);
        if (ahead > 2000000) Thread.sleep(ahead / 1000000);
    }
}
