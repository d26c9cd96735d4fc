// What the system says about a program and everything that it has started.
import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { until } from "../window/driver";

/** A program and all that it has started, by number. */
function family(first: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const number = Number(name);
    if (!Number.isInteger(number)) continue;
    const stat = read(`/proc/${name}/stat`);
    // The name in brackets may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    parents.set(number, Number(fields[1]));
  }
  const found = [first];
  for (const one of found) {
    for (const [number, parent] of parents) {
      if (parent === one) found.push(number);
    }
  }
  return found;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}

/** Memory in megabytes; what several programs share is counted once in all. */
export function memory(program: number): number {
  const kilobytes = family(program)
    .map((one) =>
      /^Pss: +(\d+) kB/m.exec(read(`/proc/${String(one)}/smaps_rollup`)),
    )
    .reduce((sum, found) => sum + Number(found?.[1] ?? 0), 0);
  return kilobytes / 1_024;
}

/** Seconds of the processor so far. */
export function processor(program: number): number {
  const ticks = family(program)
    .map((one) => {
      const stat = read(`/proc/${String(one)}/stat`);
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    })
    .reduce((sum, one) => sum + one, 0);
  // Linux counts in hundredths, whatever the machine.
  return ticks / 100;
}

/** A program that says when its page has painted, and ends with its input. */
export class Painted {
  private constructor(
    private readonly child: ChildProcess,
    /** From the start of the program to the painted page, in milliseconds. */
    readonly took: number,
  ) {}

  static async start(
    program: string,
    words: string[],
    env: NodeJS.ProcessEnv,
  ): Promise<Painted> {
    const started = performance.now();
    const child = spawn(program, words, {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    let took = 0;
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("painted: ") && took === 0) {
        took = performance.now() - started;
      }
    });
    try {
      await until("the page is painted", () =>
        Promise.resolve(took > 0 || child.exitCode !== null),
      );
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
    if (took === 0) throw new Error(`${program} ended before it painted.`);
    return new Painted(child, took);
  }

  memory(): number {
    return memory(this.child.pid ?? 0);
  }

  processor(): number {
    return processor(this.child.pid ?? 0);
  }

  /** Lets it end. */
  async end(): Promise<void> {
    const gone = new Promise((go) => this.child.once("exit", go));
    this.child.stdin?.end();
    await gone;
  }
}

export function rest(milliseconds: number): Promise<void> {
  return new Promise((go) => setTimeout(go, milliseconds));
}

/** The value below which so many of a hundred lie. */
export function percentile(percent: number, values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.min(
    Math.floor((sorted.length * percent) / 100),
    sorted.length - 1,
  );
  return sorted[at] ?? Number.NaN;
}
