import type { TemplateResource } from '../../local/stack/template-resource';
import type { AwsCli } from './aws-cli';

/** A stack that was created in moto, with the template's properties as they are there: references resolved. */
export interface MotoStack {
  readonly cli: AwsCli;
  readonly endpoint: string;
  readonly name: string;
  /** Without what is left out. */
  readonly resources: readonly TemplateResource[];
  /** Sizes of the functions' zips in bytes, by object key. */
  readonly zipBytes: ReadonlyMap<string, number>;
  /** What `Ref` gives. Throws for what was not created. */
  readonly physicalId: (id: string) => string;
}

/** A queue's address at moto: it hands out AWS' own. */
export const queueUrlAt = (endpoint: string, url: string): string => new URL(new URL(url).pathname, endpoint).href;
