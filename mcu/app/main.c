/*
 * The application of every board: bytes from the link to the agent and back.
 */
#include "agent/agent.h"
#include "hal/hal.h"
#include "rt/rt.h"
#include "wire/smp_frame.h"

enum { RX_BYTES = 64, IDLE_MS = 5 };

/* All of a board's static memory but the port's own buffers. */
static struct {
	struct hal hal;
	struct agent agent;
	struct smp_feed feed;
	uint8_t request[AGENT_PACKET_BYTES];
	uint8_t answer[AGENT_PACKET_BYTES];
	struct rt rt;
} app;

static void feed_watchdog(void *ctx)
{
	const struct hal *hal = ctx;

	hal->feed(hal->ctx);
}

static void send(const uint8_t *packet, size_t n)
{
	const struct hal *hal = &app.hal;
	struct smp_framer framer = smp_framer_init(packet, n, SMP_LINE_MAX);
	uint8_t line[SMP_LINE_MAX];
	size_t length;

	if (hal->info.is_raw_link) {
		hal->tx(hal->ctx, packet, n);
		return;
	}
	while ((length = smp_framer_line(&framer, line)) > 0)
		hal->tx(hal->ctx, line, length);
}

static void receive(uint8_t byte)
{
	size_t n = smp_feed(&app.feed,
			    app.hal.info.is_raw_link ? SMP_RAW : SMP_CONSOLE,
			    byte, app.request, sizeof(app.request));

	if (n == 0)
		return;
	n = agent_request(&app.agent, app.request, n, app.answer,
			  sizeof(app.answer));
	if (n > 0)
		send(app.answer, n);
	if (app.agent.wants_reset)
		app.hal.reset(app.hal.ctx);
}

int main(int argc, char **argv)
{
	const struct hal *hal = &app.hal;
	uint8_t bytes[RX_BYTES];
	size_t n, pushed;

	hal_init(&app.hal, argc, argv);
	if (slots_check_layout(&hal->flash, &hal->layout) ||
	    hal->flash.sector_bytes > HAL_SECTOR_MAX)
		return 1;
	rt_init(&app.rt, feed_watchdog, &app.hal);
	agent_init(&app.agent, hal, &app.rt);
	for (;;) {
		hal->feed(hal->ctx);
		n = hal->rx(hal->ctx, bytes, sizeof(bytes));
		for (size_t i = 0; i < n; i++)
			receive(bytes[i]);
		pushed = agent_push(&app.agent, app.answer,
				    sizeof(app.answer));
		if (pushed > 0)
			send(app.answer, pushed);
		if (n == 0 && pushed == 0)
			hal->idle(hal->ctx, IDLE_MS);
	}
}
