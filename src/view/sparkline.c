#include "view/sparkline.h"

#include <string.h>

#include "model/rates.h"

int spark_rate(uint64_t bytes)
{
    int level = 0;

    for (; bytes > 0 && level < SPARK_LEVELS; bytes /= 5)
        level++;
    return level;
}

int spark_share(uint64_t part, uint64_t most)
{
    double share = most > 0 ? (double)part / (double)most * SPARK_LEVELS * SPARK_LEVELS : 0;
    int level = part > 0;

    while (part > 0 && level < SPARK_LEVELS && level * level < share)
        level++;
    return level;
}

void spark_draw(struct area a, int row, int col, int level, struct style style)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

    if (level > 0)
        area_text(a, row, col, style, bars[(level < SPARK_LEVELS ? level : SPARK_LEVELS) - 1]);
}

void spark_task(struct area a, const struct task *t, bool below, int64_t last, struct style style)
{
    uint64_t bytes[RATE_SECONDS] = {0};
    int n = a.cols < RATE_SECONDS ? a.cols : RATE_SECONDS;

    for (const struct task *one = t; one; one = below ? task_next(one, t) : NULL)
        for (int i = 0; task_has_rates(one) && i < n; i++)
            bytes[i] += task_rate(one, last - i);
    for (int i = 0; i < n; i++)
        spark_draw(a, 0, a.cols - 1 - i, spark_rate(bytes[i]), style);
}
