declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** How long tables stay in a transitional state, in milliseconds. */
  interface DynaliteOptions {
    readonly createTableMs: number;
    readonly updateTableMs: number;
    readonly deleteTableMs: number;
    /** Folder in which the tables are stored. @default memory */
    readonly path?: string;
  }

  /**
   * Creates a server that implements DynamoDB's wire protocol in memory. It need not listen to handle `request` events.
   */
  function dynalite(options: DynaliteOptions): Server;
  export = dynalite;
}
