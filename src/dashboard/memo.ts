/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { Component, type ComponentChildren, type FunctionComponent } from "preact";

/**
 * Makes a component that is drawn anew only when one of its properties is another one.
 *
 * @param draw The component; it uses no hooks.
 */
export function memo<Props extends object>(
  draw: (props: Props) => ComponentChildren,
): FunctionComponent<Props> | (new (props: Props) => Component<Props>) {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      return !hasSameValues(this.props, next);
    }
    override render(): ComponentChildren {
      return draw(this.props);
    }
  };
}

function hasSameValues(a: object, b: object): boolean {
  const after = new Map(Object.entries(b));
  return Object.entries(a).every(([name, value]) => Object.is(value, after.get(name)));
}
