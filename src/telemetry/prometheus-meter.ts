import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Meter } from '../core/index.ts'

/** Upper bounds of what durations fall under, in seconds. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
/** The same for counts, such as the size of a batch. */
const COUNTS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]

/** A meter for `open` that Prometheus can read. `commit.latency_ms` becomes `holdfast_commit_latency_seconds`. */
export class PrometheusMeter implements Meter {
  /** Where other metrics of the process may be put too. */
  readonly registry = new Registry()
  readonly #counters = new Map<string, Counter>()
  readonly #gauges = new Map<string, Gauge>()
  readonly #histograms = new Map<string, Histogram>()

  count(name: string, by = 1): void {
    const made =
      this.#counters.get(name) ?? this.#keep(this.#counters, name, new Counter(this.#about(`${nameOf(name)}_total`, name)))
    made.inc(by)
  }

  gauge(name: string, value: number): void {
    const made = this.#gauges.get(name) ?? this.#keep(this.#gauges, name, new Gauge(this.#about(nameOf(name), name)))
    made.set(value)
  }

  /** Durations are told in milliseconds and shown in seconds. */
  record(name: string, value: number): void {
    const isDuration = name.endsWith('_ms')
    const made = this.#histograms.get(name) ?? this.#keep(this.#histograms, name, this.#histogram(name, isDuration))
    made.observe(isDuration ? value / 1000 : value)
  }

  /** All of it in the text format of Prometheus. */
  text(): Promise<string> {
    return this.registry.metrics()
  }

  #histogram(name: string, isDuration: boolean): Histogram {
    const shown = isDuration ? `${nameOf(name.slice(0, -3))}_seconds` : nameOf(name)
    return new Histogram({ ...this.#about(shown, name), buckets: isDuration ? SECONDS : COUNTS })
  }

  #about(name: string, help: string) {
    return { name, help, registers: [this.registry] }
  }

  #keep<Made>(all: Map<string, Made>, name: string, made: Made): Made {
    all.set(name, made)
    return made
  }
}

function nameOf(name: string): string {
  return `holdfast_${name.replaceAll(/[^A-Za-z0-9]+/g, '_')}`
}
