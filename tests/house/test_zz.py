from tests.house.kruip import whole_region


def test_region(app, owner, server, database):
    for region in whole_region(app, owner, server, database):
        print({k: len(v) for k, v in region.ids.items()})
