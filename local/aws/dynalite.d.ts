declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** How long tables stay in a transitional state, in milliseconds. */
  interface DynaliteOptions {
    readonly createTableMs: number;
    readonly updateTableMs: number;
    readonly deleteTableMs: number;
    /** Folder to keep the tables in. @default memory */
    readonly path?: string;
  }

  /** A server that answers DynamoDB's wire protocol from memory; it need not listen to handle `request` events. */
  function dynalite(options: DynaliteOptions): Server;
  export = dynalite;
}
