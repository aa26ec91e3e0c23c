"""A small recursive ray tracer: vectors with operator methods, several shapes."""

from harness import main

EPSILON = 1e-6


class Vector:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.x, -self.y, -self.z)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    @property
    def length(self):
        return self.dot(self) ** 0.5

    def unit(self):
        return self * (1.0 / self.length)

    def reflect(self, normal):
        return self - 2.0 * self.dot(normal) * normal


class Ray:
    def __init__(self, origin, direction):
        self.origin = origin
        self.direction = direction.unit()

    def at(self, t):
        return self.origin + self.direction * t


class Sphere:
    def __init__(self, center, radius, surface):
        self.center = center
        self.radius = radius
        self.surface = surface

    def intersect(self, ray):
        to_center = self.center - ray.origin
        along = to_center.dot(ray.direction)
        square = self.radius * self.radius - (to_center.dot(to_center) - along * along)
        if square < 0.0:
            return None
        half = square ** 0.5
        if along - half > EPSILON:
            return along - half
        if along + half > EPSILON:
            return along + half
        return None

    def normal_at(self, point):
        return (point - self.center).unit()


class Plane:
    def __init__(self, point, normal, surface):
        self.point = point
        self.normal = normal.unit()
        self.surface = surface

    def intersect(self, ray):
        slope = ray.direction.dot(self.normal)
        if -EPSILON < slope < EPSILON:
            return None
        t = (self.point - ray.origin).dot(self.normal) / slope
        return t if t > EPSILON else None

    def normal_at(self, point):
        return self.normal


class Matte:
    def __init__(self, color):
        self.color = color
        self.mirror = 0.15

    def color_at(self, point):
        return self.color


class Checkered:
    def __init__(self, light, dark):
        self.light = light
        self.dark = dark
        self.mirror = 0.3

    def color_at(self, point):
        if (int(point.x + 1000.0) + int(point.z + 1000.0)) % 2:
            return self.light
        return self.dark


class Scene:
    def __init__(self):
        self.shapes = []
        self.lights = []
        self.background = Vector(0.2, 0.3, 0.5)

    def nearest(self, ray):
        best = None
        hit = None
        for shape in self.shapes:
            t = shape.intersect(ray)
            if t is not None and (best is None or t < best):
                best = t
                hit = shape
        return best, hit

    def shaded(self, point, light):
        gap = light - point
        t, _ = self.nearest(Ray(point, gap))
        return t is not None and t < gap.length

    def trace(self, ray, depth):
        t, shape = self.nearest(ray)
        if shape is None:
            return self.background
        point = ray.at(t)
        normal = shape.normal_at(point)
        color = shape.surface.color_at(point)
        brightness = 0.1
        for light in self.lights:
            if not self.shaded(point, light):
                brightness += max(0.0, (light - point).unit().dot(normal))
        result = color * min(1.0, brightness)
        if depth > 0:
            mirrored = self.trace(Ray(point, ray.direction.reflect(normal)), depth - 1)
            mirror = shape.surface.mirror
            result = result * (1.0 - mirror) + mirrored * mirror
        return result


def make_scene():
    scene = Scene()
    scene.lights.append(Vector(20.0, 30.0, -10.0))
    scene.lights.append(Vector(-10.0, 20.0, -20.0))
    scene.shapes.append(Sphere(Vector(1.0, 1.0, 10.0), 2.0, Matte(Vector(1.0, 1.0, 0.0))))
    for i in range(5):
        at = Vector(-3.0 + 1.5 * i, 0.5, 6.0 - 0.3 * i)
        scene.shapes.append(Sphere(at, 0.5, Matte(Vector(i / 4.0, 1.0 - i / 4.0, 0.5))))
    floor = Checkered(Vector(1.0, 1.0, 1.0), Vector(0.1, 0.1, 0.1))
    scene.shapes.append(Plane(Vector(0.0, -1.0, 0.0), Vector(0.0, 1.0, 0.0), floor))
    return scene


def run(n):
    scene = make_scene()
    eye = Vector(0.0, 1.5, -6.0)
    red = green = blue = 0.0
    for y in range(n):
        for x in range(n):
            across = (x + 0.5) / n - 0.5
            up = 0.5 - (y + 0.5) / n
            color = scene.trace(Ray(eye, Vector(across, up - 0.1, 1.0)), 2)
            assert 0.0 <= color.x <= 1.0 and 0.0 <= color.y <= 1.0 and 0.0 <= color.z <= 1.0
            red += color.x
            green += color.y
            blue += color.z
    pixels = n * n
    return "%.6f %.6f %.6f" % (red / pixels, green / pixels, blue / pixels)


if __name__ == "__main__":
    main(run, 90)
