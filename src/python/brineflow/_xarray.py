"""Groups of a result file as xarray datasets, for those who have xarray. No library for HDF5 is needed."""


def dataset(stored, group):
    """The datasets directly in `group` with the coordinates of their dimensions, wherever these lie."""
    try:
        import xarray
    except ImportError as error:
        raise ImportError("xarray is not installed (Debian: python3-xarray); stored[\"group/name\"] gives numpy arrays without it") from error

    def described(path, dimensions):
        return dimensions, stored[path], {"units": stored.unit(path), "long_name": stored.meaning(path)}

    folder = group.strip("/")
    variables, coordinates = {}, {}
    for name in stored.list(folder):
        path = f"{folder}/{name}".strip("/")
        if stored.is_group(path):
            continue
        axes = stored.axes(path)
        names = tuple(axis.rpartition("/")[2] for axis in axes)
        if stored.is_axis(path):
            if stored.has_coordinates(path):
                coordinates[name] = described(path, (name,))
            continue
        variables[name] = described(path, names)
        for axis, dimension in zip(axes, names):
            if stored.has_coordinates(axis):
                coordinates[dimension] = described(axis, (dimension,))
    return xarray.Dataset(variables, coordinates)
