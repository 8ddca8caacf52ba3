/** A scene made smaller, labels and all. */

import { unreachable } from '../../errors.js';
import type { Scene, SceneItem } from '../document.js';

/** Makes a scene smaller as a whole when it is wider than it may be. */
export function scaled(scene: Scene, widest: number): Scene {
  if (scene.width <= widest) return scene;
  const factor = widest / scene.width;
  const items = scene.items.map((item): SceneItem => {
    switch (item.type) {
      case 'line':
        return { ...item, points: item.points.map(([x, y]) => [x * factor, y * factor] as const) };
      case 'rectangle':
        return { ...item, x: item.x * factor, y: item.y * factor, width: item.width * factor, height: item.height * factor, radius: item.radius * factor };
      case 'circle':
        return { ...item, x: item.x * factor, y: item.y * factor, radius: item.radius * factor };
      case 'label':
        return { ...item, x: item.x * factor, y: item.y * factor, size: item.size * factor };
      default:
        return unreachable(item);
    }
  });
  return { width: widest, height: scene.height * factor, items };
}
