import java.util.Random;

/** Sizes between two bounds, small ones far more often, with a given mean (a bounded Pareto distribution). */
class RecordSizes {
    final double low, high, shape;

    RecordSizes(double low, double high, double mean) {
        this.low = low;
        this.high = high;
        double flat = 0.01, steep = 20;
        for (int i = 0; i < 60; i++) {
            double middle = (flat + steep) / 2;
            if (mean(low, high, middle) > mean) flat = middle; else steep = middle;
        }
        shape = flat;
    }

    static double mean(double l, double h, double s) {
        if (Math.abs(s - 1) < 1e-9) s = 1 + 1e-9;
        return Math.pow(l, s) / (1 - Math.pow(l / h, s)) * s / (s - 1) * (Math.pow(l, 1 - s) - Math.pow(h, 1 - s));
    }

    int next(Random random) {
        double u = random.nextDouble(), cut = Math.pow(low / high, shape);
        return (int) Math.min(high, low / Math.pow(1 - u * (1 - cut), 1 / shape));
    }
}
