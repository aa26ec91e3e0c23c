class ConfigError(Exception):
    pass


def load(table, key):
    try:
        return table[key]
    except KeyError as e:
        raise ConfigError("missing " + key) from e


print("start")
load({}, "port")
