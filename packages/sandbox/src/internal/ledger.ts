/**
 * A map whose entries all live equally long, so the oldest entry expires first.
 * Expired entries are dropped when new ones are added, and never more than
 * `capacity` are stored.
 */
export interface LedgerOptions {
  readonly now: () => number
  /** Milliseconds. Without it entries do not expire. */
  readonly lifetime?: number
  readonly capacity: number
}

export class Ledger<A> {
  readonly #entries = new Map<string, { readonly value: A; readonly until: number }>()
  readonly #now: () => number
  readonly #lifetime: number
  readonly #capacity: number

  constructor(options: LedgerOptions) {
    this.#now = options.now
    this.#lifetime = options.lifetime ?? Number.POSITIVE_INFINITY
    this.#capacity = options.capacity
  }

  set(key: string, value: A): void {
    this.prune()
    this.#entries.set(key, { value, until: this.#now() + this.#lifetime })
    if (this.#entries.size > this.#capacity) this.#dropOldest()
  }

  get(key: string): A | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.until <= this.#now()) return undefined
    return entry.value
  }

  delete(key: string): boolean {
    return this.#entries.delete(key)
  }

  values(): ReadonlyArray<A> {
    this.prune()
    return Array.from(this.#entries.values(), (entry) => entry.value)
  }

  clear(): void {
    this.#entries.clear()
  }

  /** Drops expired entries. */
  prune(): void {
    const now = this.#now()
    for (const [key, entry] of this.#entries) {
      if (entry.until > now) return
      this.#entries.delete(key)
    }
  }

  get size(): number {
    this.prune()
    return this.#entries.size
  }

  #dropOldest(): void {
    for (const key of this.#entries.keys()) {
      this.#entries.delete(key)
      return
    }
  }
}
