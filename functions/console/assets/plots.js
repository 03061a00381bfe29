// Plots (uPlot): what the data of a figure says, in the page's own colours and language. Beside each stands a table.
"use strict";

(() => {
  const colours = ["--good", "--asks", "--bad", "--waits"];
  const drawn = new WeakMap();
  const language = document.documentElement.lang || "en";
  const number = new Intl.NumberFormat(language);
  const compact = new Intl.NumberFormat(language, { notation: "compact" });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const clockOfSeconds = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  // Below an axis of time: the time, and below it the day where it is another one than to the left. uPlot's own words are English.
  function times(_plot, splits, _axis, _space, step) {
    let before = "";
    return splits.map((at) => {
      const moment = at * 1000, today = day.format(moment);
      if (step >= 86400) return today;
      const time = (step < 60 ? clockOfSeconds : clock).format(moment);
      const words = today === before ? time : `${time}\n${today}`;
      before = today;
      return words;
    });
  }

  function draw(figure, at, lines) {
    drawn.get(figure)?.destroy();
    const axis = { stroke: colour("--pico-muted-color"), grid: { stroke: colour("--pico-muted-border-color"), width: 1 } };
    const options = {
      width: figure.clientWidth,
      height: 200,
      cursor: { y: false },
      scales: { x: { range: (_, low, high) => [Math.min(low, high - 300), high] }, y: { range: (_, _low, high) => [0, Math.max(1, high * 1.1)] } },
      axes: [
        { ...axis, size: 50, space: 80, values: times },
        { ...axis, size: 70, values: (_, splits) => splits.map((each) => compact.format(each)), incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11] },
      ],
      series: [
        { label: figure.dataset.time, value: (_, value) => (value == null ? "—" : moment.format(value * 1000)) },
        ...lines.map((line, place) => ({
          label: line.name,
          stroke: colour(colours[place % colours.length]),
          width: 2,
          points: { show: at.length < 40 },
          value: (_, value) => (value == null ? "—" : number.format(value)),
        })),
      ],
    };
    drawn.set(figure, new uPlot(options, [at, ...lines.map((line) => line.values)], figure));
  }

  function all() {
    for (const figure of document.querySelectorAll("[data-plot]")) {
      const said = figure.dataset.plot;
      if (figure.drawnOf === said || !figure.clientWidth) continue;
      figure.drawnOf = said;
      const plot = JSON.parse(said);
      draw(figure, plot.times, plot.lines);
    }
    grown();
  }

  // What is true now, over the time that the page is open.
  const seen = new Map();
  function grown() {
    for (const figure of document.querySelectorAll("[data-grows]")) {
      const now = document.querySelector(figure.dataset.grows);
      if (!now || !figure.clientWidth) continue;
      const values = JSON.parse(now.dataset.now);
      const kept = seen.get(figure) ?? { times: [], lines: values.map((each) => ({ name: each.name, values: [] })) };
      seen.set(figure, kept);
      const last = Date.now() / 1000;
      for (const at of kept.times.length ? [last] : [last - 1, last]) { // of a single point uPlot makes an axis of years
        kept.times.push(at);
        values.forEach((each, place) => kept.lines[place].values.push(each.value));
      }
      if (kept.times.length > 2000) [kept.times, ...kept.lines.map((line) => line.values)].forEach((list) => list.shift());
      draw(figure, kept.times, kept.lines);
    }
  }

  document.addEventListener("htmx:afterSettle", all);
  addEventListener("resize", () => {
    for (const figure of document.querySelectorAll("[data-plot]")) figure.drawnOf = null;
    all();
  });
  all();
})();
