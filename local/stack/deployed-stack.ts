/** A function of the template with everything that running its bundle needs. */
export interface DeployedFunction {
  /** Logical id in the template; the name that all of the local stack uses. */
  readonly id: string;
  /** Absolute path of the synthesized asset's directory. */
  readonly codeDir: string;
  /** `<file>.<export>`, as Lambda writes it. */
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutS: number;
  readonly memoryMb: number;
  /** The template's variables, resolved to what was created. */
  readonly environment: Readonly<Record<string, string>>;
  /** Reserved concurrency of the template; absent when it sets none. */
  readonly reservedConcurrency?: number;
}

/** One method of the REST API that invokes a function by proxy integration. */
export interface DeployedRoute {
  /** `ANY` stands for every method that the path has no route of its own for. */
  readonly method: string;
  /** `/webhook/precall`; path parameters as `{id}`, greedy ones as `{id+}`. */
  readonly path: string;
  readonly functionId: string;
}

/** A gateway response of the template, which replaces AWS' own. */
export interface GatewayResponse {
  /** AWS' name of what happened: `INTEGRATION_TIMEOUT`. */
  readonly type: string;
  /** Absent: AWS' own. */
  readonly statusCode?: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body, with variables of `$context` in it; absent: AWS' own. */
  readonly template?: string;
}

/** The REST API of the template. */
export interface DeployedApi {
  /** Empty when the template has no REST API. */
  readonly stage: string;
  readonly binaryMediaTypes: readonly string[];
  readonly routes: readonly DeployedRoute[];
  readonly responses: readonly GatewayResponse[];
}

/** An event source mapping from a queue. */
export interface QueueSource {
  readonly functionId: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly batchingWindowS: number;
  readonly reportsItemFailures: boolean;
  /** Ceiling on parallel invocations; absent when the template sets none. */
  readonly maxConcurrency?: number;
}

/** An event source mapping from a table's stream. */
export interface StreamSource {
  readonly functionId: string;
  readonly tableName: string;
  readonly streamArn: string;
  readonly batchSize: number;
  readonly reportsItemFailures: boolean;
  /** Lambda event filter patterns, parsed; a record passes when any of them matches; none means everything passes. */
  readonly filters: readonly unknown[];
  /** Attempts after the first; -1 means until the record expires. */
  readonly retryAttempts: number;
  readonly bisectsOnError: boolean;
  /** Queue that receives a notice about records given up; absent when the template names none. */
  readonly failureQueueUrl?: string;
}

/** A scheduled rule of EventBridge that invokes a function. */
export interface DeployedSchedule {
  readonly functionId: string;
  readonly name: string;
  /** `rate(5 minutes)`, as the template has it. */
  readonly expression: string;
  /** The constant input of the template; absent means EventBridge's own scheduled event. */
  readonly input?: unknown;
}

/** A table that was created or found, with what the local stack does in DynamoDB's place. */
export interface DeployedTable {
  readonly name: string;
  readonly keyNames: readonly string[];
  /** Attribute that holds the expiry in unix seconds; absent when the table has no TTL. */
  readonly ttlAttribute?: string;
  readonly streamView?: string;
}

/** What the template describes, created on the emulators and ready to run. */
export interface DeployedStack {
  readonly name: string;
  readonly functions: readonly DeployedFunction[];
  readonly api: DeployedApi;
  readonly queueSources: readonly QueueSource[];
  readonly streamSources: readonly StreamSource[];
  readonly schedules: readonly DeployedSchedule[];
  /** Physical names by logical id. */
  readonly buckets: Readonly<Record<string, string>>;
  readonly tables: Readonly<Record<string, DeployedTable>>;
  /** Queue URLs by logical id. */
  readonly queues: Readonly<Record<string, string>>;
  /** Secret ARNs by logical id. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Resources that the local stack does not run (roles, alarms, …), by type with their logical ids. */
  readonly skipped: Readonly<Record<string, readonly string[]>>;
}
